"""Comments that touch what stands before them: YAML wants a space there; libyaml drops what may be text."""

import re
from bisect import bisect_right

from yaml import ScalarEvent
from yaml._yaml import CParser
from yaml.error import YAMLError

from invgit.text.places import span_of
from invgit.text.problem import MAX_PROBLEMS, Problem
from invgit.text.span import Span

_SUSPECT = re.compile(r"#(?:(?<=[^\s\[{,:(][\"']#)|(?<=[\]},|>+\-0-9]#))")
"""A sign behind a closing quote or bracket, a comma, or the header of a block: all that libyaml lets pass."""
_BREAK = re.compile(r"[\r\n]")
_HEADER = re.compile(r"[|>][-+0-9]{0,2}#")


def glued_comments(text: str) -> list[Problem]:
    """Where a comment begins without a space before it (YAML 1.2, 6.6); the text itself is one that libyaml reads."""
    suspects = [found.start() for found in _SUSPECT.finditer(text)]
    if not suspects:
        return []
    scalars, glued = _scalars(text)
    starts, lines = [span.start for span in scalars], [0, *(found.end() for found in _BREAK.finditer(text))]
    for at in suspects:
        before = scalars[bisect_right(starts, at) - 1] if starts and starts[0] <= at else Span(0, 0)
        line = lines[bisect_right(lines, at) - 1]
        if before.end <= at == text.find("#", max(before.end, line)):
            glued.append(at)
    help = "write a space before the `#`; if it is part of the text, put all of the text in quotes"
    message = "a comment begins without a space before it"
    return [Problem("syntax", message, Span(at, at), help) for at in sorted(glued)[:MAX_PROBLEMS]]


def _scalars(text: str) -> tuple[list[Span], list[int]]:
    """Where the scalars stand, and the comments in the headers of block scalars that have no space before them."""
    parser, found, glued = CParser(text), [], []
    try:
        while (event := parser.get_event()) is not None:
            if isinstance(event, ScalarEvent):
                found.append(span_of(event))
                if event.style in {"|", ">"} and (header := _HEADER.match(text, found[-1].start)):
                    glued.append(header.end() - 1)
    except YAMLError:
        pass
    return found, glued
