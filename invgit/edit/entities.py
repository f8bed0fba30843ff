"""What the commands do to entities, as edits of a draft: made, changed, taken away, put in another's place."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from invgit.edit.declared import declared
from invgit.edit.draft import Draft
from invgit.edit.fields import Said, clear, put
from invgit.edit.references import meaning
from invgit.errors import StillNamed, UsageError
from invgit.model.entity import Address
from invgit.model.fieldpaths import FieldPath, field_path
from invgit.model.free import Allotment
from invgit.model.kinds import Network
from invgit.model.naming import matching, meant
from invgit.model.references import written
from invgit.model.referrers import contents, referrers
from invgit.model.scalars import normal
from invgit.model.spec import FieldSpec, KindSpec, specs
from invgit.model.values import plain
from invgit.text.words import count

_LISTED = 20
NEXT = "next"
"""Instead of an address: the next free one of the network."""


@dataclass(slots=True)
class Wishes:
    """What somebody wants of entities of one kind: values by the paths of fields, and fields without a value."""

    values: Sequence[tuple[str, str]] = ()
    cleared: Sequence[str] = ()
    free: Allotment | None = None
    """The addresses that are given for `next`."""


def create(draft: Draft, address: Address, wishes: Wishes, file: str | None) -> None:
    """A new entity. Raises what the draft refuses, and UsageError for words that mean nothing."""
    said = _fresh({}, draft.defaults(address, file))
    draft.add(address, _fulfilled(draft, address, said, wishes), file)


def update(draft: Draft, addresses: Collection[Address], wishes: Wishes) -> None:
    """Entities say something else."""
    for address in addresses:
        draft.amend(address, fulfilled(draft, address, wishes))


def fulfilled(draft: Draft, address: Address, wishes: Wishes) -> dict[str, Any]:
    """What an entity of the draft says itself when it has what is wanted."""
    return _fulfilled(draft, address, said_of(draft, address, specs()[address.kind]), wishes)


def delete(draft: Draft, addresses: Collection[Address]) -> None:
    """Entities go. Raises StillNamed where something else names them, or stands in them, with all of it."""
    held = [*_holding(draft, set(addresses))]
    if held:
        more = [f"and {len(held) - _LISTED:,} more"] if len(held) > _LISTED else []
        message = f"still named in {count(len(held), 'place')}; nothing was written"
        help = "change or delete what names it first, or delete all of it in one command"
        raise StillNamed("\n".join([message, *held[:_LISTED], *more]), help=help)
    for address in addresses:
        draft.remove(address)


def _holding(draft: Draft, doomed: set[Address]) -> Iterator[str]:
    for address in doomed:
        if specs()[address.kind].single:
            for entity in contents(draft.inventory, address):
                if entity.address not in doomed:
                    yield f"{entity.address} stands in {address}{_place(entity.origin)}"
    for found in referrers(draft.inventory, doomed):
        if found.entity.address not in doomed:
            path = ".".join(map(str, found.path))
            yield f"{found.entity.address} has {found.value} as `{path}`{_place(found.entity.origin, *found.path)}"


def _place(origin: Any, *path: str | int) -> str:
    return f": {origin.place(*path)}" if origin else ""


def said_of(draft: Draft, address: Address, spec: KindSpec) -> Said:
    """What an entity of the draft says itself, and what counts for it."""
    entity = draft.inventory.at(address)
    if entity is None or entity.origin is None:  # a new one
        return _fresh(draft.declared(address), draft.defaults(address, draft.file_of(address)))
    origin, folder = entity.origin, _folder(address)

    def reference(kind: str, path: str) -> str:
        return written(kind, path, folder, lambda other: draft.exists(Address(kind, other))) or path

    effective = declared(spec.declarable, plain(entity.values), reference)
    return Said(
        draft.declared(address), effective, lambda keys: origin.inherited(keys) is not None, origin.inherited_keys
    )


def _fresh(own: dict[str, Any], defaults: dict[str, Any]) -> Said:
    """What something new says: it stands nowhere yet."""
    return Said(own, {**defaults, **own}, lambda _: False, lambda _: ())


def _fulfilled(draft: Draft, address: Address, said: Said, wishes: Wishes) -> dict[str, Any]:
    """What an entity says itself when it has what is wanted. Addresses come last: they hang on the network."""
    spec = specs()[address.kind]
    reference = _references(draft, _folder(address))
    own = dict(said.own)
    wanted = [(field_path(spec, path), word) for path, word in wishes.values]
    for name in wishes.cleared:
        own = clear(replace(said, own=own), field_path(spec, name))
    for path, word in sorted(wanted, key=lambda each: _is_next(*each)):
        now = replace(said, own=own)
        value = _next(draft, address, path, now, wishes) if _is_next(path, word) else word
        own = put(now, path, value, reference)
    return own


def _references(draft: Draft, folder: str) -> Callable[[str, str], str]:
    """What somebody calls an entity, by a reference, its whole path, or any tail of it; as the shortest reference."""

    def reference(kind: str, word: str) -> str:
        path = meaning(word, kind, folder, draft.exists)
        if path is None:
            organization = folder.partition("/")[0]
            known = [each.address for each in draft.inventory.of(specs()[kind].cls)]
            known = [each for each in known if each.organization in {None, organization}]
            if not matching(word, known):
                return word  # what is wrong with it is told like any other mistake, with its place
            path = meant(word, known, kind).path
        return written(kind, path, folder, lambda other: draft.exists(Address(kind, other))) or word

    return reference


def _is_next(path: FieldPath, word: str) -> bool:
    return word == NEXT and bool(path.leaf and path.leaf.scalar and path.leaf.scalar.sql == "inet")


def _next(draft: Draft, address: Address, path: FieldPath, said: Said, wishes: Wishes) -> str:
    """The next free address of the network that stands beside a field."""
    group: Any = [said.own.get(path.field.name), said.effective.get(path.field.name)] if path.keys else None
    beside = [
        each.get(path.keys[0]) if isinstance(each, dict) and len(path.keys) == 2 else each for each in group or ()
    ]
    holders = beside if path.keys else [said.own, said.effective]
    name = next((each["network"] for each in holders if isinstance(each, dict) and each.get("network")), None)
    found = meaning(name, Network.kind, _folder(address), draft.exists) if name else None
    network = draft.inventory.get(Network, found)
    if network is None:
        raise UsageError(f"`{path.text}={NEXT}`: of which network?", help="name it, too: --network NETWORK")
    wishes.free = wishes.free or Allotment(draft.inventory)
    return wishes.free.next(network, _version(path.leaf))


def _version(leaf: FieldSpec | None) -> int | None:
    """The version of IP that a field takes; None for either."""
    scalar = leaf.scalar if leaf else None
    takes = [version for version, example in ((4, "192.0.2.1"), (6, "2001:db8::1")) if normal(scalar, example)]
    return takes[0] if len(takes) == 1 else None


def _folder(address: Address) -> str:
    return address.path if specs()[address.kind].single else address.path.rpartition("/")[0]
