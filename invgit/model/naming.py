"""How people name entities: by the whole address, or by any tail of it that means one thing only."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable

from invgit.errors import UsageError
from invgit.model.entity import Address, Scope
from invgit.model.scalars import CONNECTION_SLUG, MAX_SLUG, SLUG
from invgit.model.spec import KindSpec, specs
from invgit.model.values import did_you_mean
from invgit.text.words import a_

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


def fresh(word: str, spec: KindSpec, folders: Collection[Address]) -> Address:
    """The address of something that is not there yet: `slug` where only one folder can hold it, else `folder/slug`.

    `folders` are the organizations and sites. Raises UsageError for a word that is no such address.
    """
    above, _, slug = word.removeprefix(f"{spec.name}:").rpartition("/")
    require_slug(spec, slug)
    kinds = holders(spec)
    if not kinds:
        if above:
            raise UsageError(f"{a_(spec.name)} stands in no folder: `{word}`", help=f"name it `{slug}`")
        return Address(spec.name, slug)
    held = [each for each in folders if each.kind in kinds]
    if above:
        found = meant(above, held, " or ".join(sorted(kinds)))
    elif len(nearest := [each for each in held if each.kind == "site"] or held) == 1:
        found = nearest[0]
    else:
        listed = ", ".join(sorted(each.path for each in held)[:_LISTED]) or "none"
        raise UsageError(f"where is {a_(spec.name)} `{slug}`?", help=f"name it FOLDER/{slug}; folders are {listed}")
    return Address(spec.name, f"{found.path}/{slug}")


def holders(spec: KindSpec) -> frozenset[str]:
    """The kinds that entities of a kind stand in; none for the catalog, and for organizations."""
    above = 1 if spec.single else 0  # what is a folder itself stands in the one above
    kinds = {Scope.ORGANIZATION.value: "organization", Scope.SITE.value: "site"}
    return frozenset(kinds[scope.value - above] for scope in spec.scopes if scope.value - above in kinds)


def require_slug(spec: KindSpec, slug: str) -> None:
    """Raise UsageError for a word that cannot be the slug of a kind, with one that can."""
    form = CONNECTION_SLUG if spec.name == "connection" else SLUG
    if len(slug) > MAX_SLUG or not re.fullmatch(form, slug):
        right = re.sub(r"[^a-z0-9]+", "-", slug.lower()).strip("-")[:MAX_SLUG].rstrip("-")
        is_ = f"lower-case letters, digits and single hyphens, at most {MAX_SLUG}"
        raise UsageError(f"`{slug}` is no slug: {is_}", help=f"write it as `{right}`" if right else None)
