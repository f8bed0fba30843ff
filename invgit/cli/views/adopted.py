"""What became of a database that was taken over."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from invgit.cli.views.table import rows_as
from invgit.text.inert import line
from invgit.text.words import count

if TYPE_CHECKING:
    from invgit.pipeline import Adopted


def faults(form: str, adopted: "Adopted") -> str:
    """Every value that cannot be adopted, as rows."""
    return rows_as(form, [each._asdict() for each in adopted.faults])


def as_text(adopted: "Adopted") -> str:
    """The files, and what changes in the rows."""
    return "\n".join(_lines(adopted))


def _lines(adopted: "Adopted") -> Iterator[str]:
    size = sum(map(len, adopted.files.values()))
    yield f"{count(adopted.entities, 'entity')} in {count(len(adopted.files), 'file')}, {size:,} bytes:"
    yield from (f"  inventory/{line(path)}" for path in adopted.files)
    if adopted.seen:
        yield "\nWhat readers of the tables see otherwise (filled in, respelled, or what follows from that):"
        yield rows_as("table", [each._asdict() for each in adopted.seen], _SHOWN)
    else:
        yield "\nReaders of the tables see no difference."


_SHOWN = ("table", "id", "name", "column", "before", "after")
