"""Edits of entities, gathered until they are written: whatever is not edited stays as it is, byte for byte."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from invgit.edit import references
from invgit.edit.declared import declared, placed, text
from invgit.edit.files import FileEdit
from invgit.edit.pages import Page, Pages
from invgit.errors import Uneditable, UsageError
from invgit.model.entity import Address, AnyEntity
from invgit.model.inventory import Inventory
from invgit.model.layers import merged
from invgit.model.spec import KindSpec, specs
from invgit.model.values import plain


class Draft:
    """The files of an inventory, while they are edited. Nothing is written here: `edits` says what shall be.

    Values are *declared* ones, as `text.tree.parse` gives them: text, None for no value, lists, mappings.
    """

    def __init__(self, inventory: Inventory, files: Mapping[str, bytes], shown: str) -> None:
        self.inventory = inventory
        self.pages = Pages(files, shown)
        self._counted: dict[str, dict[str, Counter[str]]] = {}
        self._where: dict[Address, Page | None] = {}  # what was edited: the page it is on now; None when it is gone

    def edits(self) -> list[FileEdit]:
        """The files that change. Raises Uneditable where no small change says what is wanted."""
        return self.pages.edits()

    def exists(self, address: Address) -> bool:
        """Whether there is such an entity, after the edits so far."""
        if address in self._where:
            return self._where[address] is not None
        return self.inventory.at(address) is not None

    def declared(self, address: Address) -> dict[str, Any]:
        """What an entity says itself, without what it inherits; to be changed by `amend` only."""
        page, spec = self._page(address), specs()[address.kind]
        own = page.wanted.get(spec.key) if spec.single else page.entities(spec.key).get(address.slug)
        return dict(own or {})

    def file_of(self, address: Address) -> str:
        """The file, below the inventory, that an entity stands in."""
        return self._page(address).path

    def defaults(self, address: Address, file: str | None = None) -> dict[str, Any]:
        """What a new entity would inherit from the defaults of its file."""
        return _defaults(self.pages[file or self.home(address)], specs()[address.kind])

    def add(self, address: Address, values: Mapping[str, Any], file: str | None = None) -> None:
        """A new entity, in a file (its path below the inventory), else where others of its kind stand.

        Raises UsageError when there is one of that address, or the file is not one of its folder.
        """
        if self.exists(address):
            raise UsageError(f"{address} is there already", help=f"`invgit {address.kind} update` changes it")
        spec = specs()[address.kind]
        page = self.pages[file or self.home(address)]
        _require_folder(address, page.path)
        self._begin(page)
        made = placed(spec, (), values)
        if spec.single:
            page.wanted[spec.key] = made
        else:
            page.entities(spec.key)[address.slug] = made
        self._where[address] = page

    def amend(self, address: Address, values: Mapping[str, Any]) -> None:
        """Make an entity say just this itself; what it inherits stays."""
        page, spec = self._page(address), specs()[address.kind]
        made = placed(spec, self.declared(address), values)
        if spec.single:
            page.wanted[spec.key] = made
        else:
            page.entities(spec.key)[address.slug] = made
        self._where[address] = page

    def remove(self, address: Address) -> None:
        """An entity goes, with the comments that are its own."""
        page, spec = self._page(address), specs()[address.kind]
        if spec.single:
            del page.wanted[spec.key]
        else:
            del page.entities(spec.key)[address.slug]
            page.renamed.pop((spec.key, address.slug), None)
            page.carried.pop((spec.key, address.slug), None)
        self._where[address] = None

    def rename(self, address: Address, slug: str) -> Address:
        """Another slug: references follow, and `renamed_from` keeps id and history; the new address."""
        spec = specs()[address.kind]
        new = Address(address.kind, f"{address.path.rpartition('/')[0]}/{slug}".lstrip("/"))
        if self.exists(new):
            raise UsageError(f"{new} is there already", help="choose another slug")
        page = self._page(address)
        if spec.single:
            self._rename_folder(address, new)
        values = {**self.declared(address), "renamed_from": text(address.slug)}
        if spec.single:
            page.wanted[spec.key] = placed(spec, page.wanted[spec.key] or {}, values)
        else:
            entities = page.entities(spec.key)
            made = placed(spec, entities[address.slug] or {}, values)
            renamed = {slug if name == address.slug else name: value for name, value in entities.items()}
            page.wanted[spec.key] = {**renamed, slug: made}
            self._mark_renamed(page, spec.key, address.slug, slug)
        references.rewrite(self.pages, address, new, self._existed, new)
        self._where[address], self._where[new] = None, page
        return new

    @staticmethod
    def _mark_renamed(page: Page, key: str, old: str, new: str) -> None:
        was = page.renamed.pop((key, old), old)
        if (key, old) in page.carried:
            page.carried[(key, new)] = page.carried.pop((key, old))
        elif was in ((page.document.value or {}).get(key) or {}):
            page.renamed[(key, new)] = was

    def _existed(self, address: Address) -> bool:
        return self.inventory.at(address) is not None

    def _rename_folder(self, old: Address, new: Address) -> None:
        """A site or an organization is its folder: every file in it moves."""
        for path in self.pages.files:
            if path.startswith(f"{old.path}/"):
                self.pages[path].target = f"{new.path}/{path.removeprefix(f'{old.path}/')}"
        if old.kind == "site":
            references.rewrite_site(self.pages, old, new)

    def move(self, address: Address, folder: str, file: str | None = None) -> Address:
        """Another folder (organization/site, or organization), or another file of the same one; the new address.

        What came from the defaults of the old file is written out, what the new file's would add is kept away;
        references follow, in both directions.
        """
        spec = specs()[address.kind]
        new = Address(address.kind, f"{folder}/{address.slug}" if folder else address.slug)
        entity = self.inventory.at(address)
        if spec.single or entity is None:
            raise UsageError(f"{address} cannot be moved", help="what is a folder, or is new, is not moved")
        if new != address and self.exists(new):
            raise UsageError(f"{new} is there already", help="rename one of the two first")
        old, page = self._page(address), self.pages[file or self.home(new)]
        _require_folder(new, page.path)
        if page is old:
            return new
        self._begin(page)
        here = address.path.rpartition("/")[0]
        values = self._written_out(spec, entity, old, page, self.declared(address))
        if new != address:
            references.moved_references(spec, values, here, folder, self._existed)
            place = address.slug if "/" not in here else "/".join(address.path.split("/")[-2:])
            values = {**values, "renamed_from": text(place)}
        self.amend(address, values)
        lines = old.cut(spec.key, address.slug)
        made = self.declared(address)
        self.remove(address)
        page.entities(spec.key)[address.slug] = made
        if lines is not None:
            page.carried[(spec.key, address.slug)] = lines
        if new != address:
            references.rewrite(self.pages, address, new, self._existed, new)
        self._where[address], self._where[new] = None, page
        return new

    def _written_out(
        self, spec: KindSpec, entity: AnyEntity, old: Page, page: Page, own: dict[str, Any]
    ) -> dict[str, Any]:
        """What an entity has to say itself where other defaults hold."""
        values = merged(spec, [_defaults(old, spec), own])
        wanted = _defaults(page, spec)
        missing = {name: spec.by_name[name] for name in wanted if name not in values and name in spec.by_name}
        now = declared(missing.values(), plain(entity.values), lambda _, path: path.rpartition("/")[2])
        return {**values, **{name: now.get(name) for name in missing}}

    def home(self, address: Address) -> str:
        """The file in which an entity of that address would stand: where most of its kind do, else a new one."""
        spec = specs()[address.kind]
        folder = address.path if spec.single else address.path.rpartition("/")[0]
        if not spec.single and (homes := self._homes(spec.name).get(folder)):
            return max(sorted(homes), key=homes.__getitem__).removeprefix(f"{self.pages.shown}/")
        return f"{folder or 'catalog'}/{spec.key.replace('_', '-')}.yaml"

    def _homes(self, kind: str) -> dict[str, Counter[str]]:
        """How many entities of a kind stand in which files, by folder; counted once."""
        if kind not in self._counted:
            found = self._counted[kind] = defaultdict(Counter)
            for each in self.inventory.of(specs()[kind].cls):
                if each.origin:
                    found[each.address.path.rpartition("/")[0]][each.origin.source.file] += 1
        return self._counted[kind]

    def _begin(self, page: Page) -> None:
        """A new file begins with the hint for editors that its neighbours have."""
        folder = page.path.rpartition("/")[0]
        if page.data is None and not page.text and not page.wanted:
            for path, data in self.pages.files.items():
                first = data.partition(b"\n")[0].decode("utf-8", "replace").strip()
                if path.rpartition("/")[0] == folder and first.startswith("# yaml-language-server:"):
                    page.text = f"{first}\n"
                    return

    def _page(self, address: Address) -> Page:
        """The file that an entity stands in. Raises UsageError when there is none."""
        if address in self._where:
            page = self._where[address]
        else:
            entity = self.inventory.at(address)
            page = self.pages.of(entity.origin.source.file) if entity and entity.origin else None
        if page is None:
            raise UsageError(f"there is no {address} that could be edited")
        return page


def _defaults(page: Page, spec: KindSpec) -> dict[str, Any]:
    said = page.wanted.get("defaults")
    found = said.get(spec.key) if isinstance(said, dict) else None
    return dict(found) if isinstance(found, dict) else {}


def _require_folder(address: Address, path: str) -> None:
    """Raise Uneditable for a file in which an entity of that address cannot stand."""
    spec = specs()[address.kind]
    folder = address.path if spec.single else address.path.rpartition("/")[0]
    *folders, name = path.split("/")
    stands = "/".join(folders[:2])
    if folders[:1] == ["catalog"]:
        stands = "" if not spec.single else "catalog"
    unread = any(not part or part.startswith(".") for part in (*folders, name))  # or by another name
    if stands != folder or not name.lower().endswith((".yaml", ".yml")) or unread:
        wanted = folder or "catalog"
        raise Uneditable(f"`{path}` is no file of {address}", help=f"it has to be a YAML file below {wanted}/")
