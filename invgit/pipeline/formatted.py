"""Files in canonical form."""

from collections.abc import Callable
from dataclasses import dataclass

from invgit import read
from invgit.config import Settings
from invgit.diagnostics import Diagnostic
from invgit.pipeline.compiled import working_files
from invgit.pipeline.edited import Edited
from invgit.text.span import Place, Source, Span

_MARK = "\ufeff".encode()


@dataclass(frozen=True, slots=True)
class Formatted(Edited):
    """What formatting would change in so many files.

    `broken` is what keeps files from being read, `kept` says of places why they stay as they are.
    """

    files: int
    broken: tuple[Diagnostic, ...]
    kept: tuple[tuple[Place, str], ...]


def format_files(settings: Settings, wanted: Callable[[str], bool]) -> Formatted:
    """The canonical form of every file whose name (as people know it) is `wanted`."""
    from invgit.edit.files import FileEdit
    from invgit.edit.form import formed

    files, unreadable = working_files(settings)
    broken = [each for each in unreadable if wanted(each.place.file)]
    edits, kept, count = [], [], 0
    for file in files:
        if not wanted(file.shown):
            continue
        count += 1
        source, document = read.opened(file)
        if document.problems:
            broken += read.faults(source, document)
            continue
        made = formed(source.text)
        if made.kept:
            there = Source(file.shown, made.text)
            kept += [(there.place(Span(each.at, each.at)), each.reason) for each in made.kept]
        if made.text != source.text:
            mark = _MARK if file.data.startswith(_MARK) else b""
            edits.append(FileEdit(file.path, file.data, mark + made.text.encode()))
    return Formatted(tuple(edits), count, tuple(broken), tuple(kept))
