"""Diagnostics as workflow commands: GitHub Actions shows them in a pull request, beside the lines they speak of."""

from collections.abc import Mapping
from typing import Any

from invgit.cli.views.diagnostics import totals
from invgit.text.inert import command, line

SHOWN = 10
"""So many errors and so many warnings of one step GitHub shows beside the lines; its log has them all."""


def annotations(form: Mapping[str, Any], folder: str) -> str:
    """One command a diagnostic, totals last. `folder` leads from the repository's root to the project."""
    summary = form["summary"]
    told = totals(summary)
    if max(summary["errors"], summary["warnings"]) > SHOWN:
        told += f"; GitHub shows at most {SHOWN} of each beside the lines, all are above"
    return "\n".join([*(_annotation(each, folder) for each in form["diagnostics"]), told])


def _annotation(each: Mapping[str, Any], folder: str) -> str:
    lines = [line(each["message"])]
    lines += [
        f"{line(other['message'])}: {line(folder + other['file'])}:{other['line']}:{other['column']}"
        for other in each["related"]
    ]
    if each["help"]:
        lines.append(f"help: {line(each['help'])}")
    on_one_line = each["line"] == each["end_line"]  # columns over several lines are refused (REST, check runs)
    return command(
        each["severity"],
        "\n".join(lines),
        file=folder + each["file"],
        line=each["line"],
        col=each["column"] if on_one_line else None,
        endLine=each["end_line"],
        endColumn=each["end_column"] if on_one_line else None,
        title=each["code"],
    )
