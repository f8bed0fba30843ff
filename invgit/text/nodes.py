"""A text as the tree of its scalars and collections, each with its characters and its style: for who writes it anew."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from invgit.text.places import span_of

_BLOCKS = frozenset("|>")
_COMMENT = re.compile(r"#[^\r\n]*")


class Node(NamedTuple):
    """A scalar (`text`), a mapping (`pairs`) or a list (`items`).

    `style` is a scalar's quote or block sign, empty for a plain one; a collection's bracket, empty for lines.
    """

    start: int
    end: int
    style: str
    text: str = ""
    pairs: "list[tuple[Node, Node]] | None" = None
    items: "list[Node] | None" = None
    until: int = 0
    """Where the lines of a block scalar end, blank ones included; else as `end`."""

    @property
    def is_scalar(self) -> bool:
        """Whether it is one value."""
        return self.pairs is None and self.items is None


class Tree(NamedTuple):
    """The whole of a text; `scalars` are all of them in their order, keys included."""

    root: Node | None
    scalars: list[Node]


def tree(text: str) -> Tree:
    """The tree of a text in which `tree.parse` found nothing wrong."""
    from yaml import events
    from yaml._yaml import CParser

    parser, scalars = CParser(text), []
    top: list[Node] = []
    open_: list[tuple[int, str, bool]] = []
    inside: list[list[Node]] = [top]
    while (event := parser.get_event()) is not None:
        if isinstance(event, events.ScalarEvent):
            start, until = span_of(event)
            style = event.style or ""
            end = _block_end(text, start, until) if style in _BLOCKS else until
            node = Node(start, end, style, event.value, until=until)
            scalars.append(node)
            inside[-1].append(node)
        elif isinstance(event, events.CollectionStartEvent):
            start = span_of(event).start
            open_.append((start, text[start] if event.flow_style else "", isinstance(event, events.MappingStartEvent)))
            inside.append([])
        elif isinstance(event, events.CollectionEndEvent):
            (start, bracket, is_map), made = open_.pop(), inside.pop()
            end = span_of(event).end if bracket else made[-1].end if made else start
            pairs = list(zip(made[::2], made[1::2], strict=True)) if is_map else None
            inside[-1].append(Node(start, end, bracket, "", pairs, None if is_map else made, end))
    return Tree(top[0] if top else None, scalars)


def _block_end(text: str, start: int, until: int) -> int:
    """Where the text of a block scalar ends: libyaml's end is where the next thing begins.

    Blank lines after it are no part of it, but where its sign is `+`, or they are indented deeper than it is. The line
    break after its last line is outside.
    """
    header, _, content = text[start:until].partition("\n")
    sign = header.partition("#")[0]
    if "+" in sign or any(map(str.isdigit, sign)):
        return until - 1 if text[until - 1] == "\n" else until
    lines = content.split("\n")
    indent = next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), 0)
    while lines and not lines[-1].strip("\r")[indent:] and not lines[-1].strip():
        lines.pop()
    return start + len(header) + 1 + len("\n".join(lines)) if lines else start + len(header)


def comments(text: str, scalars: list[Node]) -> Iterator[str]:
    """Every comment, from its sign to its last character that is no blank."""
    at = 0
    for start, until in (*((node.start, node.until) for node in scalars), (len(text), len(text))):
        if text.find("#", at, start) >= 0:
            yield from (found.group().rstrip() for found in _COMMENT.finditer(text, at, start))
        at = max(at, until)
