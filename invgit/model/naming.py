"""How people name entities: by the whole address, or by any tail of it that means one thing only."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from invgit.errors import UsageError
from invgit.model.entity import Address
from invgit.model.spec import specs
from invgit.model.values import did_you_mean

SHORT = {"org": "organization"}
"""Kinds with a shorter word for the command line."""
_LISTED = 8
_COMPARED = 20_000
"""So many names are looked at to find the one that was meant: each takes a moment."""


def command_of(kind: str) -> str:
    """What the commands of a kind stand under."""
    return next((short for short, long in SHORT.items() if long == kind), kind)


def matching(word: str, addresses: Iterable[Address]) -> list[Address]:
    """The addresses a word may mean, sorted: `kind:path`, `path`, or a tail of the path that begins at a slash.

    Of one kind a whole path is meant rather than a tail of another.
    """
    kind, colon, path = word.rpartition(":")
    kind, tail = SHORT.get(kind, kind), f"/{path}"
    found: dict[str, list[Address]] = defaultdict(list)
    for address in addresses:
        if (address.path == path or address.path.endswith(tail)) and (not colon or address.kind == kind):
            found[address.kind].append(address)
    whole = {each: Address(each, path) for each in found}
    return sorted(one for each, some in found.items() for one in ([whole[each]] if whole[each] in some else some))


def meant(word: str, addresses: Collection[Address], what: str = "entity") -> Address:
    """The one address that a word means; `what` says in a message what was looked for.

    Raises UsageError for a word that means none, with the one that was probably meant, or several, with the first.
    """
    found = matching(word, addresses)
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(map(str, found[:_LISTED])) + (f" and {len(found) - _LISTED:,} more" * (len(found) > _LISTED))
        raise UsageError(f"`{word}` could be {listed}", help="name it by more of its address")
    raise UsageError(f"there is no {what} `{word}`", help=_guess(word, addresses, what))


def tails(path: str) -> Iterable[str]:
    """The ways to name a path, the shortest first."""
    parts = path.split("/")
    return ("/".join(parts[-count:]) for count in range(1, len(parts) + 1))


def _guess(word: str, addresses: Collection[Address], what: str) -> str | None:
    """The tail with as many parts that looks most alike; of a few entities all."""
    path = word.rpartition(":")[2]
    parts = path.count("/") + 1
    names = {"/".join(address.path.split("/")[-parts:]) for address in addresses}
    near = sorted(name for name in names if abs(len(name) - len(path)) <= 3)[:_COMPARED]
    close = did_you_mean(path, near)
    if len(addresses) <= _LISTED:
        kinds = {address.kind for address in addresses}
        known = f"known are {', '.join(sorted(a.path if len(kinds) == 1 else str(a) for a in addresses)) or 'none'}"
        return f"{close}; {known}" if close else known
    if close:
        return close
    command = command_of(what) if what in specs() else None
    return f"`invgit {command} list` shows all" if command else f"`invgit find {path}` looks everywhere"
