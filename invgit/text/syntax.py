"""libyaml's complaints in our words, at the place where something can be mended."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from yaml import ScalarEvent
from yaml._yaml import CParser
from yaml.error import MarkedYAMLError, YAMLError

from invgit.text.places import span_of
from invgit.text.problem import Problem
from invgit.text.span import Span


@dataclass(frozen=True, slots=True)
class _Complaint:
    """What libyaml said: where it stopped, and where what it was reading begins."""

    text: str
    said: str
    context: str
    at: int
    opened: int

    @property
    def character(self) -> str:
        """What stands where it stopped."""
        return self.text[self.at : self.at + 1]

    @property
    def before(self) -> str:
        """The line up to there."""
        return _line_up_to(self.text, self.at)

    def problem(
        self, message: str, help: str | None, *, at: int | None = None, other: tuple[int, str] | None = None
    ) -> Problem:
        """The finding; without `at` it is where libyaml stopped."""
        start = self.at if at is None else at
        beside = None if other is None else (Span(other[0], other[0]), other[1])
        return Problem("syntax", message, Span(start, start), help, beside)


def syntax_problem(text: str, error: YAMLError) -> Problem:
    """The complaint about a text, as a problem."""
    mark = error.problem_mark or error.context_mark if isinstance(error, MarkedYAMLError) else None
    if not isinstance(error, MarkedYAMLError) or mark is None:
        return Problem("syntax", str(error).split("\n", 1)[0] or "this is not YAML", Span(0, 0))
    at = min(mark.index, len(text))
    opened = min(error.context_mark.index, len(text)) if error.context_mark else at
    said = _Complaint(text, error.problem or "this is not YAML", error.context or "", at, opened)
    for words, told in _TOLD:
        if words in said.said:
            return told(said)
    return said.problem(f"{said.context}: {said.said}" if said.context else said.said, None)


_GLUED = re.compile(r" *(?:- +)*[\w-]+:(?=[^\s:/])(?!.*: )")
"""A key whose value follows its colon at once: `name:NAS`."""


def _line_up_to(text: str, at: int) -> str:
    return text[max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1 : at]


def _no_token(said: _Complaint) -> Problem:
    if said.character == "\t":
        return said.problem("a tab is used for indentation", "indent with spaces")
    return said.problem(f"a value cannot begin with `{said.character}`", "put the value in quotes")


def _second_colon(said: _Complaint) -> Problem:
    if said.before.startswith("--- "):
        return said.problem("a key in the line of `---`", "begin a new line", at=said.at - len(said.before) + 4)
    if ": " in said.before:
        return said.problem("a second `: ` in one line", "put the value in quotes, or begin a new line")
    start = said.at - len(said.before.lstrip(" "))
    above = said.text[: max(0, start - (len(said.before) - len(said.before.lstrip(" "))))].rstrip()
    line = _line_up_to(above, len(above))
    if key := _GLUED.match(line):
        at = len(above) - len(line) + key.end()
        return said.problem("a colon without a space after it", "write a space after the colon", at=at - 1)
    help = "begin it in the column of the keys beside it, or put the text above in quotes"
    return said.problem("a key where the text of the line above goes on", help, at=start)


def _no_colon(said: _Complaint) -> Problem:
    line = said.text[said.opened : said.opened + 80].splitlines()[0]
    help = "a key ends with a colon and a space; a text of several lines is indented deeper than its key"
    if ":" in line:
        help = "write a space after the colon"
    return said.problem("a key without its `: `", help, at=said.opened)


def _unclosed_quote(said: _Complaint) -> Problem:
    quote = said.text[said.opened : said.opened + 1]
    inside = "''" if quote == "'" else '\\"'
    help = f"close it with {quote} (inside such quotes, write {inside} for {quote})"
    other = (said.at, "no closing quote up to here")
    return said.problem("the quote that opens here is not closed", help, at=said.opened, other=other)


def _unclosed_bracket(said: _Complaint) -> Problem:
    opening = said.text[said.opened : said.opened + 1]
    closing = "]" if "sequence" in said.context else "}"
    if said.character == ":" and "\n" not in said.text[said.opened : said.at]:
        help = "a comma separates fields; text that holds a colon and a space stands in quotes"
        return said.problem("a second `: ` without a comma before it", help)
    if opening not in "[{" or said.character not in {":", "", "]", "}"}:
        other = (said.opened, "what it belongs to opens here")
        return said.problem(
            f"expected `,` or `{closing}` here", "put text that holds `, [ ] { }` in quotes", other=other
        )
    help = f"close it with `{closing}`"
    other = (said.at, f"neither `,` nor `{closing}` up to here")
    return said.problem(f"the `{opening}` that opens here is not closed", help, at=said.opened, other=other)


def _no_key(said: _Complaint) -> Problem:
    other = (said.opened, "the keys before it begin here")
    if said.character == ":":
        return said.problem("a colon without a key before it", "put text that begins with a colon in quotes")
    if said.character in {"]", "}"}:
        return said.problem(f"a `{said.character}` that nothing opens", "delete it, or open it")
    if said.before.strip(" "):
        quoted = _last_value(said.text)
        if "\n" in said.text[slice(*quoted)] and not said.text[quoted.end : said.at].strip(" "):
            sign = said.text[quoted.start]
            other = (quoted.end - 1, "this is where it is closed")
            help = f"close it with {sign} in its line; the next {sign} closes it otherwise, wherever it stands"
            return said.problem("the quote that opens here is closed too late", help, at=quoted.start, other=other)
        help = "put the whole value in quotes (inside single quotes, write '' for ')"
        return said.problem("text after the end of a value", help)
    if said.character == "-":
        return said.problem("a list item where a key is expected", "indent it below its key", other=other)
    above = said.text[: said.at - len(said.before)].rstrip()
    before = _line_up_to(above, len(above))
    column, outer = len(before) - len(before.lstrip(" ")), len(_line_up_to(said.text, said.opened))
    help = "begin it in their column"
    if outer < len(said.before) < column:
        help = f"begin it in column {column + 1}, like the line above, or in column {outer + 1}, as what begins there"
    return said.problem("this line is not indented like the keys before it", help, other=other)


def _last_value(text: str) -> Span:
    """The last thing in quotes before the fault; nothing, when the last value has none."""
    parser, span = CParser(text), Span(0, 0)
    try:
        while (event := parser.get_event()) is not None:
            if isinstance(event, ScalarEvent):
                span = span_of(event) if event.style in {"'", '"'} else Span(0, 0)
    except YAMLError:
        pass
    return span


def _no_item(said: _Complaint) -> Problem:
    other = (said.opened, "the list begins here")
    return said.problem("a key where an item of a list is expected", "begin the item with `- `", other=other)


def _no_content(said: _Complaint) -> Problem:
    if not said.character:
        return said.problem("the file ends where a value is expected", "close what was opened with `[` or `{`")
    if said.text.startswith("...", said.at):
        return said.problem("the end of a document that does not begin", "delete the line")
    if said.character == ",":
        return said.problem("nothing stands before this comma", "delete it")
    help = "put the value in quotes, or delete the character"
    return said.problem(f"a value cannot begin with `{said.character}`", help)


def _second_beginning(said: _Complaint) -> Problem:
    above = said.text[: said.at].rstrip()
    if _line_up_to(above, len(above)).startswith("..."):
        return said.problem("text behind the end of the document, the line `...`", "delete that line: one file has one")
    return said.problem("this line is indented less than the first one", "begin it in the same column")


def _no_name(said: _Complaint) -> Problem:
    return said.problem(
        f"a value cannot begin with `{said.text[said.opened : said.opened + 1]}`",
        "put the value in quotes",
        at=said.opened,
    )


def _bad_escape(said: _Complaint) -> Problem:
    help = "write `\\\\` for a backslash, or put the text in single quotes"
    return said.problem("a backslash with something after it that is no escape", help)


def _half_character(said: _Complaint) -> Problem:
    start = said.text.rfind("\\", 0, said.at)
    message = f"`{said.text[start : start + 6]}` is no character (half a surrogate pair, or beyond Unicode)"
    return Problem("bad-character", message, Span(start, start + 6), "write the character itself")


_TOLD: tuple[tuple[str, Callable[[_Complaint], Problem]], ...] = (
    ("cannot start any token", _no_token),
    ("tab character", lambda said: said.problem("a tab is used for indentation", "indent with spaces")),
    ("mapping values are not allowed", _second_colon),
    ("could not find expected ':'", _no_colon),
    (
        "found unexpected ':'",
        lambda said: said.problem("a colon without a space after it", "write a space after the colon"),
    ),
    ("unexpected end of stream", _unclosed_quote),
    ("unexpected document indicator", _unclosed_quote),
    ("did not find expected ',' or", _unclosed_bracket),
    ("did not find expected key", _no_key),
    ("did not find expected '-' indicator", _no_item),
    ("did not find expected node content", _no_content),
    ("did not find expected alphabetic", _no_name),
    ("invalid Unicode character escape", _half_character),
    ("unknown escape character", _bad_escape),
    ("expected hexdecimal number", _bad_escape),
    (
        "sequence entries are not allowed",
        lambda said: said.problem("a list item in the line of its key", "begin a new line, or write `[…]`"),
    ),
    (
        "mapping keys are not allowed",
        lambda said: said.problem("a value cannot begin with `? `", "put the value in quotes"),
    ),
    ("<document start>", _second_beginning),
    (
        "expected comment or line break",
        lambda said: said.problem("text in the line of `|` or `>`", "begin the text in the next line, indented"),
    ),
)
