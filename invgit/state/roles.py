"""What a role needs on the tables that are there: granted, shown, and looked for before anything is written."""

import re
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from invgit.errors import DatabaseError, Refused, UsageError
from invgit.model.spec import specs
from invgit.state.database import Connection, translated
from invgit.state.lock import writer
from invgit.state.migrate import FUNCTIONS, OURS, VIEWS
from invgit.state.tables import child_tables
from invgit.text.inert import line

Part = Literal["owner", "apply", "sync", "read"]
"""What a role is for: to migrate and to grant; to carry plans out, and what sources do; only that; to look."""
Place = tuple[Literal["database", "schema", "table", "column"], str]
"""A column is `table.column`."""

_MAINTAIN = 170000
"""Since PostgreSQL 17 there is a right to ANALYZE (its release notes, MAINTAIN); before, only who owns a table may."""
_EVERY = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
_WRITES: Mapping[str, Part] = {"apply": "apply", "rehearse": "apply", "seed": "apply", "sync": "sync", "notify": "sync"}
"""The purposes of connections that something is written on, and what the role has to be for."""
_SEEN = tuple(f"devices.{name}" for name in ("status", "last_seen", "last_status_change"))
_RELATIONS = (*OURS, *VIEWS)


class Right(NamedTuple):
    """What a role may do to one thing; `rights` are PostgreSQL's words."""

    role: str
    part: Part
    on: str
    rights: tuple[str, ...]


def inventory_tables() -> tuple[str, ...]:
    """The tables whose rows plans are about, parts of devices included."""
    known = [spec for spec in specs().values() if spec.table]
    children = (child.name for spec in known for child in child_tables(spec))
    return tuple(dict.fromkeys([*(spec.table or "" for spec in known), *children]))


def needed(part: Part, version: int) -> dict[Place, tuple[str, ...]]:
    """The rights of a part, on a server of that version. The owner has everything on tables, being their owner.

    Nobody else changes what is written in `applies` and `audit_log`; the log is written by triggers, as its owner.
    """
    if part == "owner":
        return {("database", ""): ("CONNECT", "TEMPORARY"), ("schema", "public"): ("USAGE", "CREATE")}
    rights: dict[Place, tuple[str, ...]] = {("database", ""): ("CONNECT",), ("schema", "public"): ("USAGE",)}
    rights |= {("table", name): ("SELECT",) for name in _RELATIONS}
    if part in {"apply", "sync"}:
        rights["database", ""] = ("CONNECT", "TEMPORARY")
        rights |= {("table", name): ("SELECT", "INSERT", "UPDATE", "DELETE") for name in ("looks", "observations")}
        rights |= {("table", name): ("SELECT", "INSERT") for name in ("sync_history", "import_batches")}
        rights["table", "alerts"] = ("SELECT", "INSERT", "DELETE")
    if part == "sync":
        rights |= {("column", name): ("UPDATE",) for name in _SEEN}
    if part == "apply":
        written = ("SELECT", "INSERT", "UPDATE", "DELETE", *(["MAINTAIN"] if version >= _MAINTAIN else []))
        rights |= {("table", name): written for name in (*inventory_tables(), "entities")}
        rights["table", "applies"] = ("SELECT", "INSERT")
    return rights


def require(connection: Connection, purpose: str) -> None:
    """Raise, before anything is done, when this session's role lacks a right that its purpose needs."""
    part = _WRITES.get(purpose)
    if part is None:
        return
    with translated():
        ((role,),) = connection.execute("SELECT current_user::text").fetchall()
        missing = [(place, one) for place, one in _lacking(connection, role, part) if one != "MAINTAIN"]
    if missing:
        raise DatabaseError(
            f"the role `{role}` may not {part}: it lacks {_told(missing)}; nothing was changed",
            help=f"as the role that owns the tables: invgit db grant --{part} {shlex.quote(role)}",
        )


def granted(connection: Connection) -> dict[str, Part]:
    """The roles that were given a part before, the owner's apart: as what stands at `applies` and `looks` says."""
    with translated():
        rows = connection.execute(
            "SELECT r.rolname::text, bool_or(a.privilege_type = 'INSERT' AND relname = 'applies'),"
            " bool_or(a.privilege_type = 'INSERT')"
            " FROM pg_class c, aclexplode(c.relacl) a JOIN pg_roles r ON r.oid = a.grantee WHERE r.oid <> c.relowner"
            " AND c.oid IN (to_regclass('public.applies'), to_regclass('public.looks')) GROUP BY 1 ORDER BY 1"
        ).fetchall()
    return {role: "apply" if applies else "sync" if writes else "read" for role, applies, writes in rows}


def lacking(connection: Connection, roles: Mapping[str, Part]) -> dict[str, Part]:
    """Those of some roles that lack what their part needs, in tables that have come since, for instance."""
    with translated():
        return {role: part for role, part in roles.items() if [*_lacking(connection, role, part)]}


def statements(connection: Connection, roles: Mapping[str, Part]) -> list[str]:
    """The SQL that gives roles exactly what their part needs; ownership last, since it takes the right to grant along.

    Raises UsageError for roles that are not there, and Refused for those that no grant can hold to a part.
    """
    _require_fit(connection, roles)
    version = connection.info.server_version
    ((database,),) = connection.execute("SELECT current_database()::text").fetchall()
    found: list[str] = []
    everybody = (
        "SELECT FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a"
        " WHERE n.nspname = 'public' AND a.grantee = 0 AND a.privilege_type = 'CREATE'"
    )
    if connection.execute(everybody).fetchall():  # as PostgreSQL 14 makes a database
        found.append("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    for role, part in sorted(roles.items(), key=lambda item: (item[1] == "owner", item)):
        who, further, wanted = quoted(role), "", needed(part, version)
        if part == "owner":  # who has it from somebody cannot be given it again by who has it from them
            further = " WITH GRANT OPTION"
            wanted = {
                place: rights
                for place, rights in wanted.items()
                if _without(connection, role, {place: [f"{one}{further}" for one in rights]})
            }
        else:
            found.append(f"REVOKE ALL ON TABLE {_tables(_RELATIONS)} FROM {who}")
        for rights, places in _by_rights(wanted):
            (kind, _), names = places[0], [name for _, name in places]
            on = {"database": f"DATABASE {quoted(database)}", "schema": "SCHEMA public"}.get(kind)
            given = ", ".join(rights)
            if kind == "column":
                given += f" ({', '.join(name.partition('.')[2] for name in names)})"
                names = [names[0].partition(".")[0]]
            found.append(f"GRANT {given} ON {on or f'TABLE {_tables(names)}'} TO {who}{further}")
        if part == "owner":
            found += [f"ALTER TABLE public.{name} OWNER TO {who}" for name in _RELATIONS]
            found += [f"ALTER FUNCTION public.{name}() OWNER TO {who}" for name in FUNCTIONS]
    return found


def grant(connection: Connection, roles: Mapping[str, Part]) -> list[Right]:
    """Give each role what its part needs, and take from it what it was granted beyond that, in one transaction.

    Raises DatabaseError where the session's role may not, LockBusy, and as `statements`; then nothing was changed.
    """
    with writer(connection), translated(), connection.transaction():
        for statement in statements(connection, roles):
            connection.execute(statement.encode())
        for role, part in roles.items():
            missing = list(_lacking(connection, role, part))
            if missing:
                message = f"the role `{role}` could not be given {_told(missing)}; nothing was granted"
                raise DatabaseError(message, help="run it as the owner of the database, or as a superuser")
    version = connection.info.server_version
    return [
        Right(role, part, " ".join((kind, name or connection.info.dbname)), rights)
        for role, part in roles.items()
        for (kind, name), rights in [*needed(part, version).items(), *_owned(part)]
    ]


def beyond(connection: Connection, roles: Mapping[str, Part]) -> dict[str, str]:
    """What roles may do to our tables although their part does not need it: through other roles, or as everybody."""
    version = connection.info.server_version
    every = [*_EVERY, *(["MAINTAIN"] if version >= _MAINTAIN else [])]
    found: dict[str, str] = {}
    with translated():
        for role, part in roles.items():
            wanted = needed(part, version)
            more: dict[Place, tuple[str, ...]] = {
                ("table", name): tuple(one for one in every if one not in wanted["table", name])
                for name in (_RELATIONS if part != "owner" else ())
            }
            if part != "owner":
                more["schema", "public"] = ("CREATE",)
            held = set(_pairs(more)) - set(_without(connection, role, more))
            if held:
                found[role] = _told([pair for pair in _pairs(more) if pair in held])
    return found


def _owned(part: Part) -> Iterator[tuple[Place, tuple[str, ...]]]:
    if part == "owner":
        yield from ((("table", name), ("OWNER",)) for name in _RELATIONS)


def _require_fit(connection: Connection, roles: Mapping[str, Part]) -> None:
    """Every role is there, and neither PostgreSQL's own, nor one that may do everything already."""
    rows = connection.execute(
        "SELECT r.rolname::text, r.rolsuper, pg_has_role(r.oid, c.relowner, 'USAGE') FROM pg_roles r, pg_class c"
        " WHERE c.oid = 'public.applies'::regclass AND r.rolname <> ALL (%s)",
        [[role for role, part in roles.items() if part == "owner"]],
    ).fetchall()
    known = connection.execute("SELECT rolname::text FROM pg_roles WHERE rolname !~ '^pg_'").fetchall()
    missing = sorted(roles.keys() - {name for (name,) in known})
    if missing:
        also = [name for (name,) in known if name.lower() in {each.lower() for each in missing}]
        help = "roles are made by hand: CREATE ROLE name LOGIN; a name is taken as it is, capitals too"
        meant = f"; there is {', '.join(f'`{name}`' for name in also)}" if also else ""
        raise UsageError(f"there is no role {', '.join(f'`{name}`' for name in missing)}{meant}", help=help)
    mighty = sorted(name for name, superuser, owns in rows if name in roles and (superuser or owns))
    if mighty:
        message = f"{', '.join(f'`{name}`' for name in mighty)} may do everything already, and no grant takes it away"
        raise Refused(message, help="name roles that are no superusers and do not own the tables")
    mine = connection.execute(
        "SELECT pg_has_role(relowner, 'USAGE'), pg_get_userbyid(relowner)::text FROM pg_class"
        " WHERE oid = 'public.applies'::regclass"
    ).fetchall()
    if not mine[0][0]:
        raise DatabaseError(
            "granting is for the role that owns the tables", help=f"connect as `{mine[0][1]}`, who owns them"
        )


def _lacking(connection: Connection, role: str, part: Part) -> Iterator[tuple[Place, str]]:
    """What a role needs and has not, by whatever way."""
    wanted = needed(part, connection.info.server_version)
    yield from _without(connection, role, wanted)
    if part == "owner":
        ((owns,),) = connection.execute(
            "SELECT pg_has_role(%s, relowner, 'USAGE') FROM pg_class WHERE oid = 'public.applies'::regclass", [role]
        ).fetchall()
        if not owns:
            yield ("table", "applies"), "OWNER"


def _pairs(wanted: Mapping[Place, Iterable[str]]) -> list[tuple[Place, str]]:
    return [(place, one) for place, rights in wanted.items() for one in rights]


def _without(connection: Connection, role: str, wanted: Mapping[Place, Iterable[str]]) -> list[tuple[Place, str]]:
    """Which of some rights a role has not."""
    pairs = _pairs(wanted)
    rows = connection.execute(
        "SELECT number - 1 FROM unnest(%(kinds)s::text[], %(names)s::text[], %(rights)s::text[]) WITH ORDINALITY"
        " AS w (kind, name, one, number)"
        " LEFT JOIN pg_class c ON kind IN ('table', 'column') AND c.relname = split_part(w.name, '.', 1)"
        " AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'public')"
        " WHERE NOT coalesce(CASE kind WHEN 'database' THEN has_database_privilege(%(role)s, current_database(), one)"
        " WHEN 'schema' THEN has_schema_privilege(%(role)s, name, one)"
        " WHEN 'column' THEN has_column_privilege(%(role)s, c.oid, split_part(name, '.', 2), one)"
        " ELSE has_table_privilege(%(role)s, c.oid, one) END, false) ORDER BY 1",
        {
            "role": role,
            "kinds": [kind for (kind, _), _ in pairs],
            "names": [name for (_, name), _ in pairs],
            "rights": [one for _, one in pairs],
        },
    ).fetchall()
    return [pairs[number] for (number,) in rows]


def _by_rights(wanted: Mapping[Place, tuple[str, ...]]) -> list[tuple[tuple[str, ...], list[Place]]]:
    """The same rights on things of the same kind are one statement."""
    ordered = sorted(wanted.items(), key=lambda item: (item[0][0], item[1]))
    return [
        (rights, [place for place, _ in group])
        for (_, rights), group in groupby(ordered, key=lambda item: (item[0][0], item[1]))
    ]


def _told(pairs: Sequence[tuple[Place, str]]) -> str:
    """Rights and what they are on, in words: `INSERT, UPDATE on devices, zones`."""
    by_place: dict[Place, tuple[str, ...]] = {}
    for place, one in pairs:
        by_place[place] = (*by_place.get(place, ()), one)
    told = (
        (
            rights,
            ", ".join(name if kind in {"table", "column"} else f"the {kind} {name}".rstrip() for kind, name in places),
        )
        for rights, places in _by_rights(by_place)
    )
    return "; ".join(f"{', '.join(rights)} on {places}" for rights, places in told)


def _tables(names: Collection[str]) -> str:
    return ", ".join(f"public.{name}" for name in sorted(names))


def quoted(name: str) -> str:
    """A name as SQL that can be shown anywhere: what somebody could obey is written out (identifiers with U&)."""
    if line(name) == name:
        return '"' + name.replace('"', '""') + '"'
    plain = re.sub(r"[^ -~]|[\\\[]", lambda found: f"\\+{ord(found.group()):06X}", name)
    return 'U&"' + plain.replace('"', '""') + '"'
