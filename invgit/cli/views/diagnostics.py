"""Diagnostics for people and for programs; the text is made from the JSON form, so neither knows more."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import click

from invgit.cli.views.style import count, hint, line, safe
from invgit.diagnostics import Diagnostic, as_json

FORMAT = "invgit-diagnostics/1"
_COLOURS = {"error": "red", "warning": "yellow"}


def document(diagnostics: Iterable[Diagnostic], entities: int) -> dict[str, Any]:
    """The versioned JSON form."""
    found = [as_json(diagnostic) for diagnostic in diagnostics]
    counts = Counter(each["severity"] for each in found)
    return {
        "format": FORMAT,
        "summary": {"entities": entities, "errors": counts["error"], "warnings": counts["warning"]},
        "diagnostics": found,
    }


def as_text(form: Mapping[str, Any]) -> str:
    """Each diagnostic with its line and a caret, totals last."""
    blocks = [_block(each) for each in form["diagnostics"]]
    summary = form["summary"]
    found = f"{count(summary['errors'], 'error')}, {count(summary['warnings'], 'warning')}"
    totals = f"{found} in {count(summary['entities'], 'entity')}"
    return "\n".join([*blocks, totals])


def _block(each: Mapping[str, Any]) -> str:
    kind = click.style(f"{each['severity']}[{each['code']}]", fg=_COLOURS[each["severity"]], bold=True)
    lines = [f"{kind}: {line(each['message'])}", f"  --> {_place(each)}"]
    if each["source_line"] is not None:
        lines += _snippet(each)
    lines += [f"  = {line(related['message'])}: {_place(related)}" for related in each["related"]]
    if each["help"]:
        lines.append(hint(each["help"]))
    return "\n".join([*lines, ""])


def _place(each: Mapping[str, Any]) -> str:
    return f"{line(each['file'])}:{each['line']}:{each['column']}"


def _snippet(each: Mapping[str, Any]) -> list[str]:
    """The source line, cut around the place where it is long, with a caret under what is meant."""
    text, start = each["source_line"], each["column"] - 1
    end = each["end_column"] - 1 if each["end_line"] == each["line"] else len(text)
    cut = max(0, start - 60)
    shown, before = safe(text[cut : cut + 110].replace("\t", " ")), safe(text[cut:start].replace("\t", " "))
    width = len(safe(text[start : min(max(end, start + 1), cut + 110)])) or 1
    margin = f"{each['line']:>4}"
    caret = click.style("^" * width, fg=_COLOURS[each["severity"]])
    return [f"{margin} | {shown}", f"{' ' * len(margin)} | {' ' * len(before)}{caret}"]
