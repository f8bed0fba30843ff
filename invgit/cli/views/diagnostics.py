"""Diagnostics for people and for programs; the text is made from the JSON form, so neither knows more."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import click

from invgit.cli.views.style import hint
from invgit.diagnostics import Diagnostic, as_json
from invgit.text.inert import line, safe
from invgit.text.words import count

FORMAT = "invgit-diagnostics/1"
SHOWN = 100
"""So many findings are told in full: who has more mends some, and looks again. JSON has all of them."""
_COLOURS = {"error": "red", "warning": "yellow"}


def document(diagnostics: Iterable[Diagnostic], entities: int) -> dict[str, Any]:
    """The versioned JSON form, from which all others are made."""
    form = told_once(diagnostics, entities)
    seen: Counter[str] = Counter()
    for each in form["diagnostics"]:
        each["fingerprint"] = _fingerprint(each, seen)
    return form


def told_once(diagnostics: Iterable[Diagnostic], entities: int) -> dict[str, Any]:
    """The same, without what only programs need that compare one run with the next."""
    found = [dict(as_json(diagnostic)) for diagnostic in diagnostics]
    counts = Counter(each["severity"] for each in found)
    return {
        "format": FORMAT,
        "summary": {"entities": entities, "errors": counts["error"], "warnings": counts["warning"]},
        "diagnostics": found,
    }


def _fingerprint(each: Mapping[str, Any], seen: Counter[str]) -> str:
    """What stays the same while lines move: what is said, and of whom (or in which file); alike ones are numbered."""
    import hashlib  # brings OpenSSL: three milliseconds

    said = json.dumps([each["code"], each["message"], each["addresses"] or each["file"]])
    seen[said] += 1
    return hashlib.sha256(f"{said}{seen[said]}".encode()).hexdigest()[:32]


def as_text(form: Mapping[str, Any]) -> str:
    """Each diagnostic with its line and a caret, totals last. Of very many the first, errors before warnings."""
    first, rest = _first(form["diagnostics"])
    blocks = [_block(each) for each in first] + ([_rest(rest)] if rest else [])
    return "\n".join([*blocks, totals(form["summary"])])


def totals(summary: Mapping[str, int]) -> str:
    """How many errors and warnings there are, in how much."""
    found = f"{count(summary['errors'], 'error')}, {count(summary['warnings'], 'warning')}"
    return f"{found} in {count(summary['entities'], 'entity')}"


def told(fix: Mapping[str, Any]) -> str:
    """What a mechanical correction does, in words."""
    return f"write `{fix['text']}`" if fix["text"] else "delete it"


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
    if each["fix"] and each["fix"]["text"] not in (each["help"] or ""):
        lines.append(hint(told(each["fix"])))
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
