"""Entities by whatever they are or were called: what is there, what was renamed, what is deleted by now."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from invgit.model.spec import specs
from invgit.state.asof import watched
from invgit.state.database import Connection, translated
from invgit.state.history import find_entity

_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_LEVELS = 3
"""From a reservation or connection over its network or device and its site to the organization."""


class Known(NamedTuple):
    """An entity that is or was: its id, and its address; of what is no longer managed, the last slug."""

    id: str
    label: str


def find(connection: Connection, word: str) -> list[Known]:
    """What a word means: an id, an address or the tail of one, as it is now; else as it once was, or a name.

    What is found in the log alone needs the log: what somebody has tidied away is not found any more.
    """
    if _ID.fullmatch(word):
        return _labelled(connection, [word.lower()])
    present = find_entity(connection, word)
    if present:
        return [Known(id, address) for address, id in present]
    return _former(connection, word)


def _former(connection: Connection, word: str) -> list[Known]:
    kind, _, path = word.rpartition(":")
    *above, slug = path.split("/")
    tables = watched()
    called = {spec.name: tables[spec.table] for spec in specs().values() if spec.table}
    with translated():
        rows = connection.execute(
            "SELECT DISTINCT entity_id::text FROM audit_log WHERE entity_type = ANY (%(kinds)s) AND row_id = entity_id"
            " AND (%(slug)s IN (old_values ->> 'slug', new_values ->> 'slug')"
            " OR %(word)s IN (entity_name, old_values ->> 'name', new_values ->> 'name'))",
            {"kinds": [called.get(kind, kind)] if kind else [*called.values()], "slug": slug, "word": word},
        ).fetchall()
        ids = [id for (id,) in rows]
        if above:
            ids = [id for id in ids if set(above) <= _slugs_above(connection, id)]
    return _labelled(connection, ids)


def _slugs_above(connection: Connection, id: str) -> set[str]:
    """Every slug that something an entity ever stood in has ever had."""
    found: set[str] = set()
    seen, ids = {id}, {id}
    for level in range(_LEVELS + 1):
        rows = connection.execute(
            "SELECT v ->> 'slug', ARRAY[v ->> 'site_id', v ->> 'organization_id', v ->> 'network_id',"
            " v ->> 'source_device_id', site_id::text, organization_id::text]"
            " FROM audit_log, LATERAL (VALUES (old_values), (new_values)) AS w (v)"
            " WHERE entity_id = ANY (%s) AND row_id = entity_id AND v IS NOT NULL",
            [list(ids)],
        ).fetchall()
        found |= {slug for slug, _ in rows if slug and level}
        ids = {each for _, above in rows for each in above if each} - seen
        seen |= ids
    return found


def _labelled(connection: Connection, ids: Iterable[str]) -> list[Known]:
    """Those of some ids that are or were entities, with what they are called."""
    with translated():
        rows = connection.execute(
            "SELECT i.id::text, coalesce(e.address, (SELECT entity_type || ':' || coalesce(new_values ->> 'slug',"
            " old_values ->> 'slug', entity_name, '?') FROM audit_log a WHERE a.entity_id = i.id AND row_id = entity_id"
            " AND (new_values ? 'slug' OR old_values ? 'slug') ORDER BY a.id DESC LIMIT 1)) AS label"
            " FROM unnest(%s::uuid[]) i (id) LEFT JOIN entities e ON e.id = i.id ORDER BY label, 1",
            [list(ids)],
        ).fetchall()
    return [Known(id, label) for id, label in rows if label]
