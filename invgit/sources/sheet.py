"""A file of rows (CSV, as people and spreadsheets write it) to text cells; what cannot be read is told by line."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from invgit.errors import UsageError

MAX_BYTES = 256 * 1024 * 1024
DELIMITERS = ",;\t|"
ENCODINGS = ("utf-8", "utf-16", "cp1252", "latin-1")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_FORMULA = ("'=", "'+", "'-", "'@", "'＝", "'＋", "'－", "'＠")
"""What `-o csv` writes before a cell that a spreadsheet would compute: an apostrophe that is none of the text."""


class Record(NamedTuple):
    """A row: the line that it begins in, and its cells, as many as there are columns."""

    line: int
    cells: list[str]


@dataclass(slots=True)
class Sheet:
    """The columns of a file, its rows, and the lines that are none."""

    name: str
    columns: list[str]
    records: list[Record]
    broken: list[tuple[int, str]] = field(default_factory=list)


def read(name: str, data: bytes, encoding: str | None = None, delimiter: str | None = None) -> Sheet:
    """The rows of a CSV file. `name` is what people call it.

    Raises UsageError for what is no such file, or in no encoding that can be told.
    """
    text = decoded(name, data, encoding)
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:  # what Excel writes for itself
        delimiter, text = delimiter or first.strip()[4], "\n" + rest  # lines keep their numbers
    rows = _rows(text, delimiter or _sniffed(text))
    found = Sheet(name, [], [])
    for line, cells in rows:
        if isinstance(cells, str):
            found.broken.append((line, cells))
        elif not any(cells):
            continue
        elif not found.columns:
            found.columns = _header(name, line, cells)
        elif len(cells) > len(found.columns) and any(cells[len(found.columns) :]):
            found.broken.append((line, f"{len(cells)} cells, where there are {len(found.columns)} columns"))
        else:
            width = len(found.columns)
            found.records.append(Record(line, (cells + [""] * width)[:width]))
    if not found.columns and not found.broken:
        raise UsageError(f"{name} holds no rows", help="its first line has to name the columns")
    return found


def decoded(name: str, data: bytes, encoding: str | None = None) -> str:
    """The text of a file: what its byte order mark says, else UTF-8; anything else has to be said."""
    if len(data) > MAX_BYTES:
        raise UsageError(f"{name} has more than {MAX_BYTES // 2**20} MiB", help="split it, and import the parts")
    known = next((each for mark, each in _BOMS if data.startswith(mark)), None)
    used = known or encoding or "utf-8"
    try:
        text = data.decode(used)
    except UnicodeDecodeError as error:
        at = f"byte {error.start} is 0x{data[error.start]:02x}"
        help = "save it as UTF-8; `import csv` also takes --encoding, cp1252 for most files of Windows"
        raise UsageError(f"{name} is not {used}: {at}", help=help) from None
    if "\x00" in text:
        raise UsageError(f"{name} holds NUL characters: it is no text", help="of a spreadsheet, export the CSV")
    return text


def _header(name: str, line: int, cells: list[str]) -> list[str]:
    """The names of the columns; each stands once, and empty ones at the end are none."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    often = Counter(each for each in cells if each)
    twice = [each for each, times in often.items() if times > 1]
    if twice:
        raise UsageError(f"{name}:{line}: the column `{twice[0]}` stands twice", help="rename or delete one of the two")
    return cells


def _sniffed(text: str) -> str:
    """The delimiter that stands most often in the first line with anything in it, outside of quotes."""
    first = next((each for each in io.StringIO(text) if each.strip()), "")
    bare = "".join(first.split('"')[::2])
    return max(DELIMITERS, key=bare.count)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Each row with the line it begins in; of one that is none, why. After an open quote nothing can be told."""
    csv.field_size_limit(2**24)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            why = "a quote that is not closed" if "end of data" in str(error) else str(error)
            yield before + 1, why
        else:
            yield before + 1, [_cell(each) for each in cells]
        before = reader.line_num


def _cell(text: str) -> str:
    """A cell without the blanks around it, and without an apostrophe that keeps a spreadsheet from computing."""
    text = text.strip().replace("\r\n", "\n").replace("\r", "\n")
    return text[1:] if text.startswith(_FORMULA) else text
