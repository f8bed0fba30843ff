"""YAML by libyaml's event stream, never deeper than a limit.

No C tree is ever made (deep ones crash libyaml), no tag is resolved, no anchor is followed.
"""

import re
from collections.abc import Callable
from typing import Any, NoReturn

from yaml import events
from yaml._yaml import CParser
from yaml.error import YAMLError

from invgit.text.comments import glued_comments
from invgit.text.document import NULLS, Document, Keys, quoted
from invgit.text.escapes import bad_escape
from invgit.text.places import composed, head_of, layout, span_of
from invgit.text.problem import MAX_DEPTH, MAX_KEY, MAX_NODES, MAX_PROBLEMS, MAX_SCALAR, Problem
from invgit.text.syntax import syntax_problem

_COLON = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*+)*:")
_ONCE = "under `defaults:` of this file, or in a device type"


def read(text: str, depth: int = 0, most: int = MAX_NODES) -> Document:
    """What a text of so many values says, and everything that is wrong with it; it stands so many levels deep."""
    document = Document()
    builder = _Builder(text, document, depth, most)
    try:
        builder.run()
    except _Stopped:
        document.broken = True
    except YAMLError as error:
        document.broken = True
        document.problems.append(syntax_problem(text, error))
    if document.broken:
        document.value = None
    elif "#" in text:
        document.problems.extend(glued_comments(text))
    document.names = frozenset(builder.known.values())
    return document


def _short(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:40]}…"


class _Stopped(Exception):
    """Reading on makes no sense; the reason is in the document's problems."""


class _Builder:
    """One pass over the events of one text."""

    def __init__(self, text: str, document: Document, depth: int, most: int) -> None:
        self.text = text
        self.document = document
        self.next_event: Callable[[], Any] = CParser(text).get_event
        self.known: dict[str, str] = {}  # keys that passed: most are field names, seen thousands of times
        self.depth = depth
        self.most = most
        self.nodes = 0
        self.repeats = False
        self.refused: set[str] = set()
        # What a text does not hold at all need not be looked for at each scalar
        self.marked = "&" in text or "!" in text
        self.careful = "\\" in text or len(text) > MAX_SCALAR

    def run(self) -> None:
        """Drain the parser into `document.value`."""
        started = False
        while (event := self.next_event()) is not None:
            if isinstance(event, events.NodeEvent):
                self.document.value = self._value(event, ())
            elif isinstance(event, events.DocumentStartEvent):
                if started:
                    help = "move it to a file of its own, or delete the line"
                    self._stop("several-documents", "a second document begins here; one file has one", event, help=help)
                started = True
        if self.repeats:
            for name, first, second in layout(self.text).repeated:
                message, other = f"`{name}` stands twice in one mapping", (first, "the first one is here")
                self._add(Problem("duplicate-key", message, second, "delete one of the two", other))

    def _value(self, event: Any, path: Keys | None) -> Any:
        """The value that begins with an event; `path` leads to it where places are kept."""
        kind = event.__class__
        if kind is events.ScalarEvent:
            return self._scalar(event)
        self._properties(event)
        if kind is events.AliasEvent:
            return None
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self._stop(
                "too-deep", f"nested more than {MAX_DEPTH} levels deep", event, help="no field needs more than five"
            )
        # in braces a line does not begin an entry that could be read alone
        made = (
            self._mapping(None if event.flow_style else path) if kind is events.MappingStartEvent else self._sequence()
        )
        self.depth -= 1
        self.nodes += len(made)
        if self.nodes > self.most:
            help = "split it: files below a site may be named, nested and split freely"
            self._stop("too-big", f"more than {self.most:,} values in one file", event, help=help)
        return made

    def _mapping(self, path: Keys | None) -> dict[str, Any]:
        """A mapping up to its end. The hot loop: nine of ten events pass here."""
        made: dict[str, Any] = {}
        next_event, known, heads = self.next_event, self.known, self.document.heads
        while (event := next_event()).__class__ is not events.MappingEndEvent:
            if event.__class__ is not events.ScalarEvent:
                self._no_key(event)
            name = event.value
            key = known.get(name) or self._key(event)
            if key in made:
                self.repeats = True
            below = None
            if path is not None:
                below = (*path, key)
                heads.setdefault(below, head_of(event))
            value = next_event()
            if value.__class__ is not events.ScalarEvent:
                made[key] = self._value(value, below if self.depth < 2 else None)
            elif value.value or value.style or self._has_colon(event, value):
                made[key] = self._scalar(value)
        for key in self.refused:
            made.pop(key, None)
        return made

    def _sequence(self) -> list[Any]:
        """A list up to its end."""
        made: list[Any] = []
        while not isinstance(event := self.next_event(), events.SequenceEndEvent):
            made.append(self._value(event, None))
        return made

    def _scalar(self, event: Any) -> str | None:
        """Text, or None where nothing or `null` stands."""
        value: str = event.value
        if self.marked:
            self._properties(event)
        if self.careful and not self._text(event):
            return value[:MAX_KEY]
        if not event.style:
            return None if value in NULLS and self._null(event) else value
        return quoted(value)

    def _problem(self, code: str, message: str, event: Any, *, help: str | None = None, fix: str | None = None) -> None:
        self._add(Problem(code, message, span_of(event), help, fix=fix))

    def _add(self, problem: Problem) -> None:
        self.document.problems.append(problem)
        if len(self.document.problems) >= MAX_PROBLEMS:
            raise _Stopped

    def _stop(self, code: str, message: str, event: Any, *, help: str | None = None) -> NoReturn:
        self._problem(code, message, event, help=help)
        raise _Stopped

    def _properties(self, event: Any) -> None:
        """Anchors, aliases and tags: refused, with the way to say it without them."""
        if getattr(event, "tag", None) is not None:
            help = "delete it: the field decides how its text is understood"
            tag = _short(event.tag.replace("tag:yaml.org,2002:", "!!"))
            self._problem("tag", f"the tag `{tag}` is not allowed", event, help=help)
        if event.anchor is not None:
            sign = "*" if event.__class__ is events.AliasEvent else "&"
            message = f"anchors and aliases are not read: `{sign}{_short(event.anchor)}`"
            self._problem("anchor", message, event, help=f"write the value out, or give it once: {_ONCE}")

    def _no_key(self, event: Any) -> NoReturn:
        """A collection or an alias where a key stands."""
        self._properties(event)
        if event.__class__ is events.AliasEvent:
            raise _Stopped
        self._stop("key-not-text", "a key must be text, no list and no mapping", event)

    def _key(self, event: Any) -> str:
        """A key seen for the first time, in Unicode's composed form."""
        key: str = event.value
        if self.marked:
            self._properties(event)
        if self.careful:
            self._text(event)
        if key in NULLS:
            if not event.style:
                self._problem("key-not-text", "a key must be text", event, help="put it in quotes if it is meant")
                self.refused.add(key)
            return key
        if key == "<<" and not event.style:
            help = f"write the fields out, or give them once: {_ONCE}"
            self._problem("merge-key", "merge keys are not read", event, help=help)
            self.refused.add(key)
        elif len(key) > MAX_KEY:
            self._problem("too-big", f"a key has {len(key):,} characters; the limit is {MAX_KEY}", event)
        else:
            self.known[key] = composed(key)
        return composed(key)

    def _has_colon(self, key: Any, value: Any) -> bool:
        """Whether a key with nothing after it is one: `{text, with a comma}` makes a key of what is none."""
        if _COLON.match(self.text, key.end_mark.index, value.start_mark.index):
            return True
        name, colon, rest = key.value.partition(":")
        help = "text that holds a comma stands in quotes; a key ends with a colon"
        if colon and rest and not key.style:
            help = f"write a space after the colon: `{_short(name)}: {_short(rest)}`"
        self._problem(
            "key-without-value", f"`{_short(key.value)}` stands here as a key without a value", key, help=help
        )
        return False

    def _null(self, event: Any) -> bool:
        """Nothing at all and `null` mean no value; YAML's other spellings are refused, they read like text."""
        if event.value not in {"", "null"}:
            help = f'write null for no value, or "{event.value}" for the text'
            self._problem("null-spelling", f"`{event.value}` could be text or no value", event, help=help, fix="null")
        return True

    def _text(self, event: Any) -> bool:
        """What escapes in double quotes can smuggle in, and how long a text may be."""
        if len(event.value) > MAX_SCALAR:
            message = f"a text has {len(event.value):,} characters; the limit is {MAX_SCALAR:,}"
            self._problem("too-big", message, event)
            return False
        if event.style == '"' and (found := bad_escape(self.text, span_of(event))):
            self._add(found)
        return True
