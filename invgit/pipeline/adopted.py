"""A database that somebody has kept by hand, taken over: its rows become files, and the database one of ours."""

from bisect import bisect
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from invgit import diagnostics, paths, read
from invgit.config import INVENTORY, Settings
from invgit.diagnostics import Diagnostic, Severity
from invgit.errors import InvgitError, Refused
from invgit.model.entity import Address
from invgit.model.inventory import Inventory
from invgit.pipeline.compiled import compile_files, working_files
from invgit.pipeline.connected import Say, database
from invgit.text.places import places
from invgit.text.span import Source

if TYPE_CHECKING:
    from invgit.apply.adopt import Seen
    from invgit.edit.files import FileEdit
    from invgit.read import RawFile
    from invgit.state.adopt.rows import Fault, Taken


@dataclass(frozen=True, slots=True)
class Adopted:
    """What became of it: the files, what changes in the rows, or what cannot be adopted."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    entities: int = 0
    faults: "Collection[Fault]" = ()
    warnings: Collection[Diagnostic] = ()
    seen: "Collection[Seen]" = ()
    """What readers of the tables see otherwise."""
    generation: int | None = None
    lost: Collection[str] = ()


def adopt(settings: Settings, at: datetime, say: Say, *, dry_run: bool, lock_timeout: float) -> Adopted | None:
    """Take over the project's database; None where it is ours already. With `dry_run` nothing is changed."""
    from invgit.apply import adopt as adopting
    from invgit.apply.apply import Stamp
    from invgit.edit.files import FileEdit
    from invgit.edit.whole import files as whole
    from invgit.state import legacy as state
    from invgit.state.adopt.convert import converted
    from invgit.state.database import actor, translated

    with database(settings, "adopt", say, current=False) as connection:
        legacy = state.look(connection)
        if legacy is None:
            return None
        with translated(), connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            rows = state.read(connection, legacy)
        found = converted(rows)
        known = _there(settings)
        catalog = _described(known)
        taken = {each.address: each for each in found.entities}
        written = whole((each.address, each.values) for each in found.entities if each.address not in catalog)
        _require_room(known, written)
        inventory, faults, warnings = _compiled(known, written, taken, at, lacking=bool(found.faults))
        faults = [*found.faults, *faults]
        if faults:
            return Adopted(written, len(taken), faults, lost=legacy.lost)
        edits = [FileEdit(path, None, data) for path, data in written.items() if not _same(settings, path, data)]
        adoption = adopting.adopt(
            connection,
            legacy,
            rows,
            found.entities,
            inventory,
            Stamp(actor(), None, None),
            paths.MIGRATIONS,
            write=None if dry_run else partial(_write, settings.inventory, edits),
            timeout=lock_timeout,
        )
    generation = None if dry_run else adoption.generation
    return Adopted(written, len(taken), adoption.faults, warnings, adoption.seen, generation, legacy.lost)


def _write(folder: Path, edits: "Collection[FileEdit]") -> None:
    from invgit.edit.files import write

    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise InvgitError(f"the folder `{INVENTORY}` cannot be made: {error.strerror}") from None
    write(folder, edits)


def _there(settings: Settings) -> "list[RawFile]":
    """The files that are there already; those that a run that was killed was writing, too."""
    if not settings.inventory.is_dir():
        return []
    files, problems = working_files(settings)
    if diagnostics.has_errors(problems):
        raise Refused(f"{problems[0].place}: {problems[0].message}", help="`invgit validate` shows all that is wrong")
    return files


def _described(known: "Collection[RawFile]") -> set[Address]:
    """What the catalog describes already: it is not written again, and has to say the same as the rows."""
    in_catalog = [file for file in known if file.path.startswith("catalog/") and file.path != _CATEGORIES]
    return set(read.parse_files(in_catalog).entities)


_CATEGORIES = "catalog/categories.yaml"
_LACKING = frozenset({"unknown-reference", "missing-organization", "missing-site"})


def _require_room(known: "Collection[RawFile]", written: Mapping[str, bytes]) -> None:
    """Raise where something else than the catalog, or what a run that was killed has left, is there."""
    other = [
        file.shown
        for file in known
        if written.get(file.path) != file.data and (file.path in written or not file.path.startswith("catalog/"))
    ]
    if other:
        more = f", and {len(other) - 3:,} more" if len(other) > 3 else ""
        message = f"the inventory is not empty: {', '.join(other[:3])}{more}"
        raise Refused(message, help="adopt into an inventory without organizations; nothing is ever overwritten")


def _same(settings: Settings, path: str, data: bytes) -> bool:
    target = settings.inventory / path
    return target.is_file() and target.read_bytes() == data


def _compiled(
    known: "Collection[RawFile]",
    written: Mapping[str, bytes],
    taken: "Mapping[Address, Taken]",
    at: datetime,
    *,
    lacking: bool,
) -> "tuple[Inventory, list[Fault], list[Diagnostic]]":
    """The inventory of all files, as it will be read; its errors told of the rows they come from; and its warnings.

    Where rows are `lacking` that could not be converted, that others name them is no fault of theirs.
    """
    raw = {file.path: file for file in known}
    raw |= {path: read.RawFile(path, f"{INVENTORY}/{path}", data) for path, data in written.items()}
    files = [raw[path] for path in sorted(raw)]
    compiled = compile_files(files, (), at)
    warnings = [each for each in compiled.diagnostics if each.severity is not Severity.ERROR]
    errors = [each for each in compiled.diagnostics if each.severity is Severity.ERROR]
    errors = [each for each in errors if not (lacking and each.code in _LACKING)]
    return compiled.inventory, list(_told(errors, files, taken)), warnings


def _told(
    errors: Collection[Diagnostic], files: "Collection[RawFile]", taken: "Mapping[Address, Taken]"
) -> "Iterator[Fault]":
    """Errors of files that do not exist yet, in the words of the database."""
    from invgit.state.adopt.rows import Fault

    if not errors:
        return
    texts = {file.shown: Source(file.shown, file.data.decode()) for file in files}
    stands: dict[str, list[tuple[int, Address]]] = defaultdict(list)
    for address, raw in read.parse_files(files).entities.items():
        stands[raw.origin.source.file].append((raw.origin.at[0], address))
    for each in stands.values():
        each.sort()
    for error in errors:
        lines = stands.get(error.place.file, [])
        at = bisect([line for line, _ in lines], error.place.line) - 1
        adopted = taken.get(lines[at][1]) if at >= 0 else None
        if adopted is None:
            yield Fault("", "", error.place.file, "", "", error.message, error.help or "")
            continue
        column = _column(texts[error.place.file], error, adopted)
        yield Fault(
            adopted.spec.table or "", adopted.row or "", adopted.label, column, "", error.message, error.help or ""
        )


def _column(source: Source, error: Diagnostic, adopted: "Taken") -> str:
    """The column that holds what an error is about."""
    from invgit.state.tables import columns

    start = source.offset(error.place.line, error.place.column)
    path = next(
        (path for path, place in places(source.text).items() if start in {place.key.start, place.value.start}), ()
    )
    inside = [str(step) for step in path[1 if adopted.spec.single else 2 :]]
    names = (each.name for each in columns(adopted.spec) if list(each.path) == inside[: len(each.path)])
    return next(names, ".".join(inside))
