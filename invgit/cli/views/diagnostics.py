"""Diagnostics for people and for programs; the text is made from the JSON form, so neither knows more."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import click

from invgit.cli.views.style import count, hint, line, safe
from invgit.diagnostics import Diagnostic, as_json

FORMAT = "invgit-diagnostics/1"
SHOWN = 100
"""So many findings are told in full: who has more mends some, and looks again. JSON has all of them."""
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
    """Each diagnostic with its line and a caret, totals last. Of very many the first, errors before warnings."""
    first, rest = _first(form["diagnostics"])
    blocks = [_block(each) for each in first] + ([_rest(rest)] if rest else [])
    summary = form["summary"]
    found = f"{count(summary['errors'], 'error')}, {count(summary['warnings'], 'warning')}"
    totals = f"{found} in {count(summary['entities'], 'entity')}"
    return "\n".join([*blocks, totals])


def _first(found: list[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """What is told in full, in the order of places, and what is only counted."""
    if len(found) <= SHOWN:
        return found, []
    by_weight = sorted(range(len(found)), key=lambda at: found[at]["severity"] != "error")
    chosen = set(by_weight[:SHOWN])
    return [found[at] for at in sorted(chosen)], [each for at, each in enumerate(found) if at not in chosen]


def _rest(found: list[Mapping[str, Any]]) -> str:
    codes = Counter(each["code"] for each in found).most_common()
    files = len({each["file"] for each in found})
    told = ", ".join(f"{number:,} × {code}" for code, number in codes[:5]) + (" …" if len(codes) > 5 else "")
    help = hint("mend some and run it again; `--format json` shows all, `invgit validate FILE` those of one file")
    return f"… and {len(found):,} more in {count(files, 'file')}: {told}\n{help}\n"


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
