"""The formats of `validate`: each is made from the JSON form of the diagnostics."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from invgit.cli.views import diagnostics
from invgit.cli.views.document import json_text
from invgit.diagnostics import Rule
from invgit.text.inert import json_line

FORMATS = ("text", "json", "sarif", "github", "gitlab")
OF_FORGES = FORMATS[2:]
"""Made for a forge, which knows files by their paths in the repository."""


def report(format: str, form: Mapping[str, Any], *, folder: str, rules: Callable[[], Iterable[Rule]]) -> str:
    """The diagnostics in one of `FORMATS`.

    `folder` leads from the repository's root to the project, as `tools/inventory/`: forges know files by their path in
    the repository, people by the one in the project. `rules` gives all there are.
    """
    match format:
        case "json":
            return json_text(form)
        case "sarif":
            from invgit.cli.views import sarif

            return json_text(sarif.log(form, folder, rules()))
        case "github":
            from invgit.cli.views import annotations

            return annotations.annotations(form, folder)
        case "gitlab":
            from invgit.cli.views import code_quality

            found = code_quality.issues(form, folder)
            return "[\n" + ",\n".join(f"  {json_line(each)}" for each in found) + "\n]" if found else "[]"
        case _:
            return diagnostics.as_text(form)
