"""A plan in a file: everything that is needed to carry out what was looked at, and to see that it still can be."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from invgit.errors import Refused
from invgit.model.entity import Address, AnyEntity, Entity, Origin
from invgit.model.inventory import Inventory
from invgit.model.spec import specs
from invgit.model.values import encoded, plain, restored
from invgit.plan.changes import FORMAT, Action, Change, FieldChange, Plan, as_json, place_as_json
from invgit.plan.diff import change_of, deleted
from invgit.plan.renames import moved, readdressed
from invgit.text.problem import BAD_CHARACTER
from invgit.text.span import Place, Source

MAX_BYTES = 512 * 1024 * 1024
_AGAIN = "make a new one with `invgit plan --out FILE`"


class Row(NamedTuple):
    """The row of an entity when the plan was made: the address it has in the database (or is to have where it is new),
    its id and its values; None where there was none."""

    address: Address
    id: str | None
    entity: AnyEntity | None


class Reference(NamedTuple):
    """What the plan refers to and does not change: the id of its row, and a fingerprint of its values."""

    id: str
    digest: str


@dataclass(frozen=True, slots=True)
class Base:
    """What a saved plan is bound to: a database, its schema and generation, and the version of invgit.

    `server` tells a copy of a database from the database itself.
    """

    database: str
    server: str
    schema: int
    generation: int
    tool: str


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan with the entities it writes (`wanted`), the rows it changes, and what is referred to."""

    plan: Plan
    base: Base
    wanted: Inventory
    rows: tuple[Row, ...]
    """Those of the changes, in their order."""
    references: Mapping[Address, Reference]
    commit: str | None = None
    dirty: bool | None = None
    sites: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()

    def wanted_by(self, change: Change) -> AnyEntity | None:
        """What a change writes; None where it deletes."""
        return None if change.action is Action.DELETE else self.wanted.stored[change.address]

    @property
    def id(self) -> str:
        """The id of its apply: carried out twice, it is the same apply. The same plan at the same base has the same."""
        return str(uuid5(UUID(self.base.database), f"{self.base.generation} {self.plan.digest}"))


def document(saved: SavedPlan) -> dict[str, Any]:
    """The JSON form: that of the plan, with all that carrying it out needs."""
    made = as_json(saved.plan)
    made["saved"] = {
        "id": saved.id,
        "database": saved.base.database,
        "server": saved.base.server,
        "schema": saved.base.schema,
        "generation": saved.base.generation,
        "tool": saved.base.tool,
        "commit": saved.commit,
        "dirty": saved.dirty,
        "sites": list(saved.sites),
        "allowed": list(saved.allowed),
        "rows": [_row(saved, change, row) for change, row in zip(saved.plan.changes, saved.rows, strict=True)],
        "references": {str(address): list(each) for address, each in sorted(saved.references.items())},
    }
    made["saved"]["checksum"] = _checksum(made)
    return made


def _row(saved: SavedPlan, change: Change, row: Row) -> dict[str, Any]:
    wanted = saved.wanted_by(change)
    return {
        "address": str(row.address),
        "id": row.id,
        "source": place_as_json(wanted.origin.place()) if wanted and wanted.origin else None,
        "before": plain(row.entity.values) if row.entity else None,
        "after": plain(wanted.values) if wanted else None,
    }


def read(data: bytes) -> SavedPlan:
    """The saved plan that `document` wrote.

    Raises Refused for anything else: what was cut or changed since, what another version wrote, what is no saved plan.
    """
    try:
        found = json.loads(data, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Refused("the file is no saved plan, or was cut off", help=_AGAIN) from None
    if not isinstance(found, dict) or not str(found.get("format")).startswith("invgit-plan/"):
        raise Refused("the file is no saved plan", help=_AGAIN)
    if found["format"] != FORMAT:
        raise Refused(f"the plan is of another version of invgit: {found['format']} instead of {FORMAT}", help=_AGAIN)
    saved = found.get("saved")
    if not isinstance(saved, dict):
        help = f"what `--format json` shows is for reading; {_AGAIN}"
        raise Refused("the file shows a plan, and does not hold what is needed to carry it out", help=help)
    if saved.get("checksum") != _checksum(found):
        raise Refused("the plan was changed or cut since it was saved: its checksum is another one", help=_AGAIN)
    try:
        made = _restored(found, saved)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError):
        raise Refused("the saved plan cannot be understood", help=_AGAIN) from None
    if document(made) != found or not _shows_what_it_does(made):
        raise Refused("the saved plan contradicts itself: it would do something else than it shows", help=_AGAIN)
    return made


def _shows_what_it_does(saved: SavedPlan) -> bool:
    """Whether the changes that people have seen are those that lead from the rows to what is written."""
    renamed = {each.former: each.address for each in saved.plan.changes if each.former}
    for change, row in zip(saved.plan.changes, saved.rows, strict=True):
        wanted = saved.wanted_by(change)
        if wanted is None:
            made: Change | None = deleted(row.address, row.entity, change.file)
        else:
            there = row.entity and readdressed(row.entity, lambda address: moved(address, renamed))
            same = there if there and there.address == change.address else None  # else something new takes its address
            made = change_of(same, wanted, change.former, change.reason)
        if made is None or _told(made) != _told(change):
            return False
    return len(saved.wanted.stored) == sum(each.action is not Action.DELETE for each in saved.plan.changes)


def _told(change: Change) -> list[Any]:
    fields = [[each.name, each.before, each.after] for each in change.fields]
    return [change.action, change.address, change.label, encoded(fields)]


def _no_number(text: str) -> None:
    """NaN and infinities are no JSON (RFC 8259)."""
    raise ValueError(text)


def _checksum(document: Mapping[str, Any]) -> str:
    """SHA-256 of all but itself, as JSON with sorted keys."""
    saved = {key: value for key, value in document["saved"].items() if key != "checksum"}
    text = json.dumps({**document, "saved": saved}, sort_keys=True, ensure_ascii=True, allow_nan=False)
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def _restored(found: Mapping[str, Any], saved: Mapping[str, Any]) -> SavedPlan:
    if any(BAD_CHARACTER.search(text) for text in _texts(found)):
        raise ValueError("no file of an inventory may hold that")
    changes, rows, wanted = [], [], []
    for said, row in zip(found["changes"], saved["rows"], strict=True):
        change = _change(said)
        changes.append(change)
        address = Address.parse(row["address"])
        rows.append(Row(address, _uuid(row["id"]), _entity(address, row["before"])))
        entity = _entity(change.address, row["after"], row["source"])
        if entity:
            wanted.append(entity)
    summary = found["summary"]
    plan = Plan(
        tuple(changes),
        found["inventory_digest"],
        summary["unchanged"],
        tuple(map(_change, found["protected"])),
    )
    return SavedPlan(
        plan,
        Base(
            str(UUID(saved["database"])),
            str(saved["server"]),
            int(saved["schema"]),
            int(saved["generation"]),
            str(saved["tool"]),
        ),
        Inventory(wanted),
        tuple(rows),
        {
            Address.parse(at): Reference(_uuid(id) or "", str(digest))
            for at, (id, digest) in saved["references"].items()
        },
        saved["commit"],
        saved["dirty"],
        tuple(saved["sites"]),
        tuple(saved["allowed"]),
    )


def _texts(value: Any) -> Iterator[str]:
    """Every text in a document, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(item)


def _uuid(text: str | None) -> str | None:
    return None if text is None else str(UUID(text))


def _entity(
    address: Address, values: Mapping[str, Any] | None, source: Mapping[str, Any] | None = None
) -> AnyEntity | None:
    """The entity of plain values, and the place where it stood in a file when the plan was made."""
    if values is None:
        return None
    at = (int(source["line"]), int(source["column"])) if source else (1, 1)
    origin = Origin(Source(str(source["file"]), ""), (address.slug,), at) if source else None
    return Entity(address, restored(specs()[address.kind], values), origin)


def _change(said: Mapping[str, Any]) -> Change:
    source = _place(said["source"])
    fields = tuple(
        FieldChange(
            name,
            each["before"],
            each["after"],
            _place(each["source"]) if "source" in each else source,
            each.get("drift", False),
        )
        for name, each in said["fields"].items()
    )
    former = Address.parse(said["from"]) if "from" in said else None
    return Change(
        Action(said["action"]),
        Address.parse(said["address"]),
        said["name"],
        fields,
        source,
        said["source"]["file"],
        former,
        said.get("because"),
        said.get("drift", False),
    )


def _place(said: Mapping[str, Any]) -> Place | None:
    return Place(said["file"], said["line"], said["column"]) if "line" in said else None
