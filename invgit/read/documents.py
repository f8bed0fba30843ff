"""Files to documents: which part of the tree a file speaks for, and the entities it names, not yet looked into."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from invgit import diagnostics
from invgit.diagnostics import Diagnostic, Related
from invgit.model import mend
from invgit.model.entity import Address, Origin, Scope
from invgit.model.scalars import CONNECTION_SLUG, MAX_SLUG, SLUG, kind_of, shown
from invgit.model.spec import KindSpec, specs
from invgit.model.values import GUESSES, did_you_mean
from invgit.read.files import RawFile
from invgit.read.secrets import find_secrets
from invgit.text.decode import decode
from invgit.text.document import Document, Head
from invgit.text.places import places
from invgit.text.problem import Problem
from invgit.text.span import Place, Source, Span
from invgit.text.tree import parse

_SLUG = re.compile(SLUG)
_CONNECTION_SLUG = re.compile(CONNECTION_SLUG)
_SLUG_IS = "lower-case letters, digits and single hyphens, at most 100"


@dataclass(slots=True)
class Raw:
    """An entity as written: plain values of its own, and the file's defaults for its kind."""

    address: Address
    spec: KindSpec
    declared: dict[str, Any]
    defaults: dict[str, Any]
    origin: Origin


@dataclass(slots=True)
class Documents:
    """Everything the files say.

    `complete` is false when not all of it could be understood: a file could not be read to its end, or who owns a
    folder is described wrongly.
    """

    entities: dict[Address, Raw] = field(default_factory=dict)
    defaults: list[Raw] = field(default_factory=list)
    folders: dict[str, Source] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)
    complete: bool = True
    lost: set[str] = field(default_factory=set)
    """Slugs that stand under a key or in a spelling that was refused: others may refer to them."""
    respelled: list[tuple[int, Address]] = field(default_factory=list)
    """Problems whose fix names an entity: its index, and what the entity would be called."""


def parse_files(files: Iterable[RawFile]) -> Documents:
    """Parse every file, and sort what stands in it by address."""
    documents = Documents()
    for file in files:
        source, document = opened(file)
        documents.problems.extend(faults(source, document))
        documents.complete &= not document.broken
        _Reader(documents, source, document, file.path).read()
    _settle(documents)
    return documents


def opened(file: RawFile) -> tuple[Source, Document]:
    """The text of a file, and what it says."""
    text, problem = decode(file.data)
    return Source(file.shown, text), Document(problems=[problem], broken=True) if problem else parse(text)


def faults(source: Source, document: Document) -> list[Diagnostic]:
    """What is wrong with a text before anybody asks what it means; a secret in it is shown by none of them."""
    secrets = find_secrets(source, document)
    return [*(_told(source, problem) for problem in document.problems), *secrets]


def _settle(documents: Documents) -> None:
    """A name that is taken is no correction, nor is one that two would get."""
    wanted = Counter(address for _, address in documents.respelled)
    for at, address in documents.respelled:
        if address in documents.entities or wanted[address] > 1:
            documents.problems[at] = replace(documents.problems[at], fix=None)


def _told(source: Source, problem: Problem) -> Diagnostic:
    """A problem of the text as a diagnostic; what a file that is no YAML says is not repeated, it could be anything."""
    found = diagnostics.at(source, problem.span, problem.code, problem.message, help=problem.help, fix=problem.fix)
    related = () if problem.other is None else (Related(source.place(problem.other[0]), problem.other[1]),)
    line = None if problem.code in {"not-utf8", "lfs-pointer"} or not source.text else found.line
    return replace(found, related=related, line=line)


class _Reader:
    """Takes one document apart."""

    def __init__(self, documents: Documents, source: Source, document: Document, path: str) -> None:
        self.documents = documents
        self.source = source
        self.document = document
        *folders, _ = path.split("/")
        in_catalog = folders[:1] == ["catalog"]
        self.at_root = not folders
        self.scope = Scope.CATALOG if in_catalog else Scope(min(len(folders), 2))
        self.folder = "" if in_catalog else "/".join(folders[:2])
        self.unknown = 0  # kinds that there are not

    def read(self) -> None:
        """The document's top level: kinds and defaults."""
        if self.at_root:
            message = "a YAML file cannot stand here: below the inventory come `catalog/` and a folder per organization"
            self._refuse("yaml-at-root", message, Span(0, 0))
            return
        for name in filter(None, self.folder.split("/")):
            if len(name) > MAX_SLUG or not _SLUG.fullmatch(name):
                message = f"the folder `{shown(name)}` is no slug: {_SLUG_IS}"
                self.documents.problems.append(Diagnostic("bad-slug", message, Place(self.source.file)))
                return
        if self.folder:
            self.documents.folders.setdefault(self.folder, self.source)
        value = self.document.value
        if isinstance(value, dict):
            self._kinds(value)
        elif value is not None:
            message = f"expected kinds such as `{self._example()}` here, found {kind_of(value)}"
            self.documents.problems.append(Diagnostic("not-a-map", message, Place(self.source.file)))

    def _example(self) -> str:
        return {Scope.CATALOG: "device_types:", Scope.ORGANIZATION: "organization:", Scope.SITE: "devices:"}[self.scope]

    def _kinds(self, value: dict[str, Any]) -> None:
        here = {spec.key: spec for spec in specs().values() if self.scope in spec.scopes}
        defaults = self._defaults(value.get("defaults"), here)
        for key, content in value.items():
            spec = here.get(key)
            if key == "defaults":
                continue
            if spec is None:
                self.documents.lost.update(content if isinstance(content, dict) else ())
                self._unknown_kind(key, here)
            elif spec.single:
                self._entity(spec, self.folder, (key,), content, {})
            elif isinstance(content, dict):
                for slug, declared in content.items():
                    self._named(spec, key, slug, declared, defaults.get(key, {}))
            elif content is not None:
                message = f"expected slugs with their fields under `{key}`, found {kind_of(content)}"
                self._refuse("wrong-type", message, self._value((key,)))

    def _unknown_kind(self, key: str, here: dict[str, KindSpec]) -> None:
        if not self._misplaced((key,)):
            self.unknown += 1
            meant = list(here) if self.unknown <= GUESSES else []
            help = did_you_mean(key, meant) or f"known here: {', '.join([*here, 'defaults'])}"
            message, right = f"`{shown(key)}` is no kind of entity", mend.word(key, meant)
            self._refuse("unknown-kind", message, self._span((key,)), help=help, fix=self._mended((key,), right))

    def _no_defaults(self, key: str, known: list[str]) -> None:
        if not self._misplaced(("defaults", key)):
            self.unknown += 1
            meant = known if self.unknown <= GUESSES else []
            help = did_you_mean(key, meant) or f"known here: {', '.join(known)}"
            keys, fix = ("defaults", key), self._mended(("defaults", key), mend.word(key, meant))
            self._refuse("unknown-kind", f"`{shown(key)}` has no defaults", self._span(keys), help=help, fix=fix)

    def _misplaced(self, keys: tuple[str, ...]) -> bool:
        """A kind of another folder, or defaults for it; of a kind that is one only there are no defaults anywhere."""
        spec = next((spec for spec in specs().values() if spec.key == keys[-1]), None)
        if spec is None or self.scope in spec.scopes or (spec.single and len(keys) > 1):
            return False
        wanted = {0: "`catalog/`", 1: "the folder of an organization", 2: "the folder of a site"}
        places_ = " or ".join(wanted[scope.value] for scope in spec.scopes)
        message = f"{'defaults for ' if len(keys) > 1 else ''}`{keys[-1]}` cannot stand in this file"
        self._refuse("misplaced-kind", message, self._span(keys), help=f"it belongs in {places_}")
        return True

    def _defaults(self, content: Any, here: dict[str, KindSpec]) -> dict[str, dict[str, Any]]:
        """The file's defaults by kind, each checked like an entity of its own that may be incomplete."""
        if content is None:
            return {}
        if not isinstance(content, dict):
            message = f"expected kinds under `defaults`, found {kind_of(content)}"
            self._refuse("wrong-type", message, self._value(("defaults",)))
            return {}
        found: dict[str, dict[str, Any]] = {}
        for key, fields in content.items():
            spec = here.get(key)
            if spec is None or spec.single:
                self._no_defaults(key, [each.key for each in here.values() if not each.single])
            elif isinstance(fields, dict):
                found[key] = fields
                origin = Origin(self.source, ("defaults", key), self._head(("defaults", key)))
                self.documents.defaults.append(Raw(Address(spec.name, f"{self.folder}/"), spec, fields, {}, origin))
            elif fields is not None:
                message = f"expected fields under `{key}`, found {kind_of(fields)}"
                self._refuse("wrong-type", message, self._value(("defaults", key)))
        return found

    def _named(self, spec: KindSpec, key: str, slug: str, declared: Any, defaults: dict[str, Any]) -> None:
        form = _CONNECTION_SLUG if spec.name == "connection" else _SLUG
        if len(slug) > MAX_SLUG or not form.fullmatch(slug):
            meant = re.sub(r"[^a-z0-9]+", "-", slug.lower()).strip("-")[:MAX_SLUG]
            self.documents.lost.update({slug, meant})
            hidden = self.source.hides(self._span((key, slug)))
            help = f"write it as `{meant}`" if _SLUG.fullmatch(meant) and not hidden else None
            right = mend.slug(slug, form.pattern)
            fix = self._mended((key, slug), right)
            if right and fix:
                path = f"{self.folder}/{right}" if self.folder else right
                self.documents.respelled.append((len(self.documents.problems), Address(spec.name, path)))
            self._refuse(
                "bad-slug", f"`{shown(slug)}` is no slug: {_SLUG_IS}", self._span((key, slug)), help=help, fix=fix
            )
            return
        self._entity(spec, f"{self.folder}/{slug}" if self.folder else slug, (key, slug), declared, defaults)

    def _entity(
        self, spec: KindSpec, path: str, keys: tuple[str, ...], declared: Any, defaults: dict[str, Any]
    ) -> None:
        address = Address(spec.name, path)
        origin = Origin(self.source, keys, self._head(keys))
        if declared is not None and not isinstance(declared, dict):
            self.documents.lost.add(address.slug)
            message = f"expected fields under `{keys[-1]}`, found {kind_of(declared)}"
            self._refuse("wrong-type", message, self._value(keys))
            return
        other = self.documents.entities.get(address)
        if other:
            related = (Related(other.origin.place(), "the first one is here"),)
            message = f"{address} is described twice"
            help = "delete one of the two" + ("" if spec.single else ", or give it another slug")
            found = diagnostics.at(self.source, origin.span, "duplicate-entity", message, help=help)
            self.documents.problems.append(replace(found, related=related, addresses=(str(address),)))
            return
        self.documents.entities[address] = Raw(address, spec, declared or {}, defaults, origin)

    def _head(self, keys: tuple[str, ...]) -> Head:
        """Where a key of the first two levels stands; one that does not begin its line has to be looked for."""
        found = self.document.heads.get(keys)
        if found is None:
            place = self.source.place(places(self.source.text)[keys].key)
            found = place.line, place.column
        return found

    def _span(self, keys: tuple[str, ...]) -> Span:
        found = places(self.source.text).get(keys)
        return found.key if found else Span(0, 0)

    def _value(self, keys: tuple[str, ...]) -> Span:
        return places(self.source.text)[keys].value

    def _mended(self, keys: tuple[str, ...], right: str | None) -> str | None:
        """What to write for the last of `keys`, unless that stands beside it already."""
        beside = right and places(self.source.text).get((*keys[:-1], right))
        return None if beside else diagnostics.instead(self.source, self._span(keys), keys[-1], right)

    def _refuse(self, code: str, message: str, span: Span, *, help: str | None = None, fix: str | None = None) -> None:
        self.documents.problems.append(diagnostics.at(self.source, span, code, message, help=help, fix=fix))
