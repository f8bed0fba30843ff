"""How much a plan may delete before somebody has to say that it is meant: on by default, never waived as a whole."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from invgit.errors import Refused, UsageError
from invgit.model.entity import Address
from invgit.model.spec import specs
from invgit.plan.changes import Action, Plan
from invgit.text.words import count

EVERYTHING = "everything"
_DEFAULT: Mapping[str, float] = {"count": 3, "percent": 10}
_ALLOW = re.compile(r"delete:(?P<kind>[a-z-]+)(?:@[a-z0-9/-]+)?=[0-9]{1,9}|empty:[a-z0-9/-]+")


class Excess(NamedTuple):
    """What a plan deletes beyond its budget: in words, the setting that says so, and the one word that allows it."""

    message: str
    setting: str | None
    allow: str


def require(plan: Plan, limits: Mapping[str, Any], allowed: Collection[str]) -> None:
    """Raise Refused when the plan deletes more than the `limits` of invgit.yaml and what is `allowed` let through."""
    found = refused(plan, limits, allowed)
    if not found:
        return
    counted = {each.partition("=")[0]: each for each in allowed if "=" in each}
    lines = []
    for excess in found:
        said = f" ({excess.setting} in invgit.yaml)" if excess.setting else ""
        other = counted.get(excess.allow.partition("=")[0])
        lines.append(f"{excess.message}{said}" + (f"; `{other}` allows another number" if other else ""))
    words = " ".join(f"--allow {excess.allow}" for excess in found)
    raise Refused(
        "\n".join(["the plan deletes more than its budget; nothing was changed", *lines]),
        help=f"if all of it is meant, add {words}",
    )


def refused(plan: Plan, limits: Mapping[str, Any], allowed: Collection[str]) -> tuple[Excess, ...]:
    """Every budget that a plan exceeds, but for what is `allowed`."""
    return tuple(excess for excess in exceeded(plan, limits) if excess.allow not in allowed)


def exceeded(plan: Plan, limits: Mapping[str, Any]) -> tuple[Excess, ...]:
    """Every budget that a plan exceeds. What empties a site, or the database, is that alone."""
    names = {old: new for new, old in plan.before.items()}
    deleted = [names.get(each.address, each.address) for each in plan.changes if each.action is Action.DELETE]
    if not deleted:
        return ()
    left = _left(plan, names)
    if not left:
        message = f"all {len(plan.before):,} entities of the database would be deleted"
        return (Excess(message, None, f"empty:{EVERYTHING}"),)
    found = []
    emptied = set()
    inside = Counter(address.site for address in left if address.kind != "site")
    gone = Counter(address.site for address in deleted if address.site and address.kind != "site")
    for site, number in sorted(gone.items()):
        if not inside[site]:
            emptied.add(site)
            message = f"{site} would become empty: {count(number, 'entity')} would be deleted"
            found.append(Excess(message, None, f"empty:{site}"))
    before = Counter(map(_scope, plan.before))
    for (kind, scope), number in sorted(Counter(map(_scope, deleted)).items()):
        most, percent, setting = _limit(limits, kind, scope)
        total = before[kind, scope]
        if scope not in emptied and number > most and number * 100 > percent * total:
            where = f" in {scope}" if scope else ""
            message = (
                f"{number:,} of {count(total, kind)}{where} would be deleted; the limit is {most:g} and {percent:g} %"
            )
            found.append(Excess(message, setting, f"delete:{kind}{f'@{scope}' if scope else ''}={number}"))
    return tuple(found)


def needless(plan: Plan, limits: Mapping[str, Any], allowed: Collection[str]) -> tuple[str, ...]:
    """What was allowed, and is not needed."""
    needed = {excess.allow for excess in exceeded(plan, limits)}
    return tuple(word for word in allowed if word not in needed)


def checked(word: str) -> str:
    """A word of `--allow`, if it is one. Raises UsageError."""
    match = _ALLOW.fullmatch(word)
    if not match or (match["kind"] and match["kind"] not in specs()):
        raise UsageError(
            f"`{word}` allows nothing",
            help="a refused plan names the words: delete:device@organization/site=7, or empty:organization/site",
        )
    return word


def _left(plan: Plan, names: Mapping[Address, Address]) -> set[Address]:
    """What the database has once the plan is carried out, by the names that are wanted."""
    left = set(plan.before)
    for change in plan.changes:
        if change.action is Action.DELETE:
            left.discard(names.get(change.address, change.address))
        else:
            left.add(change.address)
    return left


def _scope(address: Address) -> tuple[str, str]:
    """What is counted together: one kind in one folder."""
    return address.kind, address.path.rpartition("/")[0]


def _limit(limits: Mapping[str, Any], kind: str, scope: str) -> tuple[float, float, str]:
    """Count, percentage and setting that hold for a kind in a folder: the nearest word counts, each for itself."""
    own = limits.get("sites", {}).get(scope, {})
    ways: list[tuple[str, Mapping[str, Any]]] = [
        (f"limits.sites.{scope}.kinds.{kind}", own.get("kinds", {}).get(kind, {})),
        (f"limits.sites.{scope}.deletes", own.get("deletes", {})),
        (f"limits.kinds.{kind}", limits.get("kinds", {}).get(kind, {})),
        ("limits.deletes", limits.get("deletes", {})),
    ]
    setting = next((name for name, said in ways if said), "limits.deletes")
    most, percent = (next(_said(ways, name)) for name in ("count", "percent"))
    return most, percent, setting


def _said(ways: list[tuple[str, Mapping[str, Any]]], name: str) -> Iterator[float]:
    yield from (said[name] for _, said in ways if name in said)
    yield _DEFAULT[name]
