"""YAML text to plain values, strictly: every scalar stays text, and what could mean two things is refused.

Reads libyaml's event stream and builds iteratively: no C tree is ever made (deep ones crash libyaml), no tag is resolved,
no anchor is followed. Values are `str`, `None` (a bare `null` or nothing at all), `list` and `dict` with text keys.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from yaml import events
from yaml._yaml import CParser
from yaml.error import MarkedYAMLError, YAMLError

from invgit.text.span import Span

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 20
MAX_NODES = 200_000
MAX_SCALAR = 64 * 1024
MAX_KEY = 256

Path = tuple[str | int, ...]

# Controls but tab and line breaks, bidirectional marks, zero-width spaces, separators, surrogates (Unicode categories
# Cc, Cf, Cs, Zl, Zp); the joiners U+200C and U+200D stay, scripts and emoji need them.
_BAD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
_TYPED = re.compile(r"null|true|false|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?: |$)", re.MULTILINE)
_LFS = "version https://git-lfs.github.com/spec/"


class Quoted(str):
    """Text in quotes (or a block scalar) that would be typed without them: `"80"`, `"true"`. Free-form fields ask."""

    __slots__ = ()


class Places(NamedTuple):
    """Where a key and its value stand; an item of a list has no key, and its value's place twice."""

    key: Span
    value: Span


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with the text, and where; `other` is the place of the first of two duplicates."""

    code: str
    message: str
    span: Span
    help: str | None = None
    other: Span | None = None
    fix: str | None = None


@dataclass(slots=True)
class Document:
    """What a text says: its `value` (None when it says nothing), what is wrong with it, where its first two levels stand."""

    value: Any = None
    problems: list[Problem] = field(default_factory=list)
    heads: dict[Path, int] = field(default_factory=dict)
    """Offset of each key of the first level `(key,)` and of the second `(key, key)`; for all others ask `places`."""
    broken: bool = False
    """The text could not be read to its end, so what it says is not known."""


def parse(text: str) -> Document:
    """Read one document; everything that is wrong with it is in `problems`."""
    document = Document()
    document.broken = _refused_as_a_whole(text, document.problems)
    if not document.broken:
        try:
            _Builder(text, document).run(CParser(text))
        except _Stopped:
            document.broken = True
        except YAMLError as error:
            document.broken = True
            document.problems.append(_syntax(text, error))
    if document.broken:
        document.value = None
    return document


@lru_cache(maxsize=8)
def places(text: str) -> Mapping[Path, Places]:
    """Where every key and item of a text stands; of a duplicate key the first. A second pass, for the few files somebody asks about."""
    found: dict[Path, Places] = {}
    open_: list[tuple[Path, Span, bool]] = []  # path of a collection, span of its key, whether it is a mapping
    pending: tuple[str, Span] | None = None
    counts: list[int] = []
    try:
        for event in _events(CParser(text)):
            kind = event.__class__
            if kind is events.MappingEndEvent or kind is events.SequenceEndEvent:
                path, key, _ = open_.pop()
                counts.pop()
                if path:
                    start = found[path].value.start if path in found else key.start
                    found[path] = Places(key, Span(start, event.end_mark.index))
                continue
            if open_ and open_[-1][2] and pending is None:
                pending = (str(getattr(event, "value", "")), _span(event))
                continue
            span = _span(event)
            if not open_:
                path, key = (), span
            elif pending is not None:
                path, key = (*open_[-1][0], pending[0]), pending[1]
                pending = None
            else:
                path, key = (*open_[-1][0], counts[-1]), span
                counts[-1] += 1
            if path:
                found.setdefault(path, Places(key, span))
            if kind is events.MappingStartEvent or kind is events.SequenceStartEvent:
                open_.append((path, key, kind is events.MappingStartEvent))
                counts.append(0)
    except YAMLError:
        pass  # what stands before the fault is found; the fault itself is `parse`'s to tell
    return found


def _events(parser: CParser) -> Iterator[Any]:
    """The events that are values: scalars, aliases, starts and ends of collections."""
    while (event := parser.get_event()) is not None:
        if isinstance(event, events.NodeEvent | events.CollectionEndEvent):
            yield event


def decode(data: bytes) -> tuple[str, Problem | None]:
    """UTF-8 to text without its byte order mark, or what is wrong with the bytes."""
    if len(data) > MAX_BYTES:
        help = "split it: files below a site may be named, nested and split freely"
        return "", Problem("too-big", f"the file has {len(data):,} bytes; the limit is {MAX_BYTES:,}", Span(0, 0), help)
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"} or data[:4] == b"\x00\x00\xfe\xff":
        return "", Problem(
            "not-utf8", "the file is UTF-16 or UTF-32; only UTF-8 is read", Span(0, 0), "save it as UTF-8"
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8").removeprefix("\ufeff")
        message = f"the file is not UTF-8: byte {error.start} is 0x{data[error.start]:02x}"
        return before, Problem("not-utf8", message, Span(len(before), len(before)), "save it as UTF-8")
    return text.removeprefix("\ufeff"), None


def _refused_as_a_whole(text: str, problems: list[Problem]) -> bool:
    """What makes reading further pointless; characters that have no business in a text are listed, all of them."""
    for found in _BAD.finditer(text):
        problems.append(_bad_character(found.group(), Span(found.start(), found.end())))
        if len(problems) == 100:
            return True
    if text.startswith(_LFS):
        problems.append(
            Problem("lfs-pointer", "this is a Git LFS pointer, not the file", Span(0, len(_LFS)), "git lfs pull")
        )
    elif marker := _CONFLICT.search(text):
        help = "finish the merge: keep one side, and delete the three marker lines"
        problems.append(Problem("merge-conflict", "a merge conflict is left in the file", Span(*marker.span()), help))
    elif text.startswith("%") or "\n%" in text:
        at = 0 if text.startswith("%") else text.index("\n%") + 1
        problems.append(
            Problem(
                "directive",
                "a line begins with `%`: YAML directives are not read",
                Span(at, at + 1),
                "delete the line, or quote the value",
            )
        )
    return bool(problems)


def _bad_character(character: str, span: Span) -> Problem:
    name = unicodedata.name(character, "control character")
    message = f"character U+{ord(character):04X} ({name.lower()}) is not allowed"
    return Problem("bad-character", message, span, "delete it: it is invisible, or changes how other text is shown")


def _syntax(text: str, error: YAMLError) -> Problem:
    """libyaml's complaint in our form; an unclosed quote or bracket is reported where it opens."""
    if not isinstance(error, MarkedYAMLError):
        return Problem("syntax", str(error).split("\n", 1)[0], Span(0, 0))
    mark = error.problem_mark or error.context_mark
    start = min(mark.index, len(text)) if mark else 0
    message, other, help = error.problem or "not YAML", None, None
    if error.context_mark and error.context_mark.index != start:
        other = Span(error.context_mark.index, error.context_mark.index)
    if text[start : start + 1] == "\t" or "cannot start any token" in message:
        character = text[start : start + 1]
        message = "a tab is used for indentation" if character == "\t" else f"a value cannot begin with `{character}`"
        help = "indent with spaces" if character == "\t" else "put the value in quotes"
    elif "mapping values are not allowed" in message:
        message, help = "a second `: ` in one line", "put the value in quotes, or begin a new line"
    elif error.context:
        message = f"{error.context}: {message}"
    return Problem("syntax", message, Span(start, start), help, other)


class _Stopped(Exception):  # noqa: N818 - not an error of ours: the reason is in the document's problems
    """Reading on makes no sense."""


_NULLS = frozenset({"", "null", "~", "Null", "NULL"})


class _Builder:
    """One pass over the events of one text."""

    def __init__(self, text: str, document: Document) -> None:
        self.text = text
        self.document = document
        self.stack: list[tuple[Any, Any]] = []  # of each open collection its parent, and the key or index it has there

    def run(self, parser: CParser) -> None:  # noqa: C901, PLR0912 - the one hot loop: a call a scalar doubles its time
        """Drain the parser into `document.value`."""
        next_event: Callable[[], Any] = parser.get_event
        stack, heads = self.stack, self.document.heads
        escapes = "\\" in self.text
        known: set[str] = set()  # keys that passed: most keys are field names, seen thousands of times
        container: Any = None
        key: Any = None  # in a mapping the key that waits for its value
        in_map = False
        nodes = 0
        while (event := next_event()) is not None:
            kind = event.__class__
            if kind is events.ScalarEvent:
                value = event.value
                if event.anchor is not None or event.tag is not None:
                    self._properties(event)
                if in_map and key is None:
                    if value not in known:
                        known.add(value := self._key(event))
                    if value in container:
                        self._duplicate(value, event)
                    key = value
                    if len(stack) < 3:
                        heads[(key,) if len(stack) == 1 else (stack[1][1], key)] = event.start_mark.index
                    continue
                nodes += 1
                if not event.style:
                    if value in _NULLS:
                        self._null(event)
                        value = None
                elif _TYPED.fullmatch(value):
                    value = Quoted(value)
                elif escapes or len(value) > MAX_SCALAR:
                    self._text(value, event)
            elif kind is events.MappingStartEvent or kind is events.SequenceStartEvent:
                value = {} if kind is events.MappingStartEvent else []
                if in_map and key is None:
                    self._stop("key-not-text", "a key must be text", event)
                if event.anchor is not None or event.tag is not None:
                    self._properties(event)
                stack.append((container, len(container) if container.__class__ is list else key))
                if len(stack) > MAX_DEPTH:
                    self._stop("too-deep", f"nested more than {MAX_DEPTH} levels deep", event)
                nodes += 1
            elif kind is events.MappingEndEvent or kind is events.SequenceEndEvent:
                container, _ = stack.pop()
                in_map, key = container.__class__ is dict, None
                continue
            elif kind is events.AliasEvent:
                self._properties(event)
                value = None
            else:
                self._document(event)
                continue
            if nodes > MAX_NODES:
                self._stop("too-big", f"more than {MAX_NODES:,} values in one file", event)
            if container is None:
                self.document.value = value
            elif in_map:
                container[key], key = value, None
            else:
                container.append(value)
            if kind is not events.ScalarEvent and kind is not events.AliasEvent:
                container, in_map, key = value, kind is events.MappingStartEvent, None

    def _problem(self, code: str, message: str, event: Any, **more: Any) -> None:
        self.document.problems.append(Problem(code, message, _span(event), **more))

    def _stop(self, code: str, message: str, event: Any) -> None:
        self._problem(code, message, event)
        raise _Stopped

    def _document(self, event: Any) -> None:
        """The first document is read; a second one is refused where it begins."""
        if event.__class__ is events.DocumentStartEvent and self.document.value is not None:
            self._stop("several-documents", "a second document begins here; one file holds one", event)

    def _properties(self, event: Any) -> None:
        """Anchors, aliases and tags: refused, with the way to say it without them."""
        if getattr(event, "tag", None) is not None:
            help = "delete it: the field decides how its text is understood"
            self._problem("tag", f"the tag `{event.tag}` is not allowed", event, help=help)
        if event.anchor is not None:
            sign = "*" if event.__class__ is events.AliasEvent else "&"
            help = "write the value out, or give it once: under `defaults:` of this file, or in a device type"
            self._problem("anchor", f"anchors and aliases are not read: `{sign}{event.anchor}`", event, help=help)

    def _key(self, event: Any) -> str:
        """A key seen for the first time, in Unicode's composed form."""
        key: str = event.value
        if key in _NULLS and not event.style:
            self._problem("key-not-text", "a key must be text", event, help="put it in quotes if it is meant")
        elif key == "<<" and not event.style:
            help = "write the values out, or give them once: under `defaults:` of this file, or in a device type"
            self._problem("merge-key", "merge keys are not read", event, help=help)
        elif len(key) > MAX_KEY:
            self._problem("too-big", f"a key has {len(key):,} characters; the limit is {MAX_KEY}", event)
        elif found := _BAD.search(key):
            self.document.problems.append(_bad_character(found.group(), _span(event)))
        return key if key.isascii() else unicodedata.normalize("NFC", key)

    def _duplicate(self, key: str, event: Any) -> None:
        """Both places are told; which of the two is meant only a person knows."""
        path = (*(step for _, step in self.stack[1:]), key)
        first = places(self.text[: event.start_mark.index]).get(path)
        other = first and first.key
        self._problem(
            "duplicate-key", f"`{key}` stands twice in one mapping", event, other=other, help="delete one of the two"
        )

    def _null(self, event: Any) -> None:
        """Nothing at all and `null` mean no value; YAML's other spellings are refused, they read like text."""
        if event.value not in {"", "null"}:
            help = f'write null for no value, or "{event.value}" for the text'
            self._problem("null-spelling", f"`{event.value}` could be text or no value", event, help=help, fix="null")

    def _text(self, value: str, event: Any) -> None:
        """What escapes in double quotes can smuggle in, and how long a text may be."""
        if len(value) > MAX_SCALAR:
            self._problem("too-big", f"a text has {len(value):,} characters; the limit is {MAX_SCALAR:,}", event)
        elif event.style == '"' and (found := _BAD.search(value)):
            self.document.problems.append(_bad_character(found.group(), _span(event)))


def _span(event: Any) -> Span:
    return Span(event.start_mark.index, event.end_mark.index)
