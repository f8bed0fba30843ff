"""Slugs of rows: those that are right stay, others are made of names; the same rows, the same slugs."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from invgit.model.scalars import CONNECTION_SLUG, SLUG
from invgit.model.slugs import is_slug, slugified, unused


def chosen(
    rows: Iterable[Mapping[str, Any]],
    made: Callable[[Mapping[str, Any]], str],
    kind: str,
    taken: Collection[str] = (),
    form: str = SLUG,
) -> dict[str, str]:
    """Id to slug, all different: first those that are right, then, by id, what `made` says, else the kind and the id.

    A number tells doubles apart.
    """
    found: dict[str, str] = {}
    used = set(taken)
    others = []
    for row in rows:
        slug = row.get("slug")
        if is_slug(slug, form) and slug not in used:
            used.add(str(slug))
            found[row["id"]] = str(slug)
        else:
            others.append(row)
    for row in sorted(others, key=lambda each: str(each["id"])):
        wanted = slugified(str(row.get("slug") or "")) if form != CONNECTION_SLUG else ""
        slug = unused(wanted or made(row) or f"{kind}-{str(row['id'])[:8]}", used)
        used.add(slug)
        found[row["id"]] = slug
    return found
