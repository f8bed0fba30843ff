"""The files of an inventory while they are edited: what each says, and what it shall say."""

from collections.abc import Iterator, Mapping
from typing import Any

from invgit.edit.files import FileEdit
from invgit.errors import Uneditable
from invgit.text.amend import Hints, same
from invgit.text.decode import decode
from invgit.text.document import Document
from invgit.text.places import Path
from invgit.text.regions import Unfaithful
from invgit.text.span import Source, Span
from invgit.text.splice import cut, spliced
from invgit.text.tree import parse

_MARK = "\ufeff".encode()


class Page:
    """One file: its path below the inventory, what it says now, what it shall say (`wanted`, to be changed)."""

    def __init__(self, path: str, shown: str, data: bytes | None) -> None:
        self.path = path
        self.shown = shown
        self.data = data
        self.target = path
        """Where it shall be."""
        self.text, problem = decode(data or b"")
        self.document = Document(problems=[problem]) if problem else parse(self.text)
        if self.document.problems:
            first = self.document.problems[0]
            place = Source(shown, self.text).place(first.span)
            raise Uneditable(f"{place}: {first.message}", help="mend it first: a file with such a fault is not edited")
        value = self.document.value
        if value is not None and not isinstance(value, dict):
            raise Uneditable(f"{shown}: this is no mapping of kinds", help="mend it first")
        self.wanted: dict[str, Any] = _copied(value or {})
        self.renamed: dict[Path, str] = {}
        self.carried: dict[Path, str] = {}

    def entities(self, key: str) -> dict[str, Any]:
        """The entities under a kind's key, to be changed; the key comes when something stands below it."""
        content = self.wanted.get(key)
        if not isinstance(content, dict):
            content = self.wanted[key] = {}
        return content

    def made(self) -> str:
        """The text that says what is wanted. Raises Uneditable with the reason where no small change does."""
        said = self.document.value or {}
        wanted = {key: content for key, content in self.wanted.items() if content or not said.get(key, "new")}
        if same(said, wanted) and not self.renamed:
            return self.text
        try:
            return spliced(self.shown, self.text, self.document, wanted, Hints(self.renamed, self.carried))
        except Unfaithful as fault:
            raise self._refused(fault) from None

    def _refused(self, fault: Unfaithful) -> Uneditable:
        place = Source(self.shown, self.text).place(Span(fault.at, fault.at))
        help = "write it by hand, or with a line for each entity and field"
        return Uneditable(f"{place}: this cannot be edited without changing more: {fault.reason}", help=help)

    def cut(self, key: str, slug: str) -> str | None:
        """The lines of an entity as they are wanted; None where it has none of its own."""
        text = self.made()
        try:
            return cut(self.shown, text, parse(text), (key, slug))
        except Unfaithful as fault:
            raise self._refused(fault) from None

    def edits(self) -> Iterator[FileEdit]:
        """What becomes of the file; nothing where nothing does. One that says nothing any more is gone."""
        text = self.made()
        mark = _MARK if self.data is not None and self.data.startswith(_MARK) else b""
        after = None if _says(self.text) and not _says(text) else mark + text.encode()
        if self.target != self.path:
            yield FileEdit(self.path, self.data, None)
            yield FileEdit(self.target, None, after)
        elif after != (self.data or b"") and (self.data is not None or _says(text)):
            yield FileEdit(self.path, self.data, after)


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _says(text: str) -> bool:
    """Whether there is anything in a text but blank lines and a hint for editors."""
    lines = (line.strip() for line in text.splitlines())
    return any(line and not line.startswith(("# yaml-language-server:", "# $schema:")) for line in lines)


class Pages:
    """All files, each read when somebody asks for it. `shown` is what people call the inventory's folder."""

    def __init__(self, files: Mapping[str, bytes], shown: str) -> None:
        self.files = dict(files)
        self.shown = shown
        self._open: dict[str, Page] = {}

    def __getitem__(self, path: str) -> Page:
        if path not in self._open:
            self._open[path] = Page(path, f"{self.shown}/{path}", self.files.get(path))
        return self._open[path]

    def of(self, file: str) -> Page:
        """The page of a file under the name people know it by."""
        return self[file.removeprefix(f"{self.shown}/")]

    def holding(self, word: str) -> Iterator[Page]:
        """The files in which a word of ASCII may stand somewhere, those that are new included."""
        seen = word.encode()
        for path, data in self.files.items():
            if seen in data or b"\\" in data:  # an escape may be part of it
                yield self[path]
        yield from [page for path, page in self._open.items() if path not in self.files]

    def edits(self) -> list[FileEdit]:
        """Every file that changes, by path."""
        return sorted((edit for page in self._open.values() for edit in page.edits()), key=lambda edit: edit.path)
