"""The formats of `plan`: each is made from the JSON form of a plan."""

from collections.abc import Mapping
from typing import Any

from invgit.cli.views.document import json_text

FORMATS = ("text", "json", "markdown", "html")


def report(format: str, form: Mapping[str, Any]) -> str:
    """The plan in one of `FORMATS`."""
    match format:
        case "json":
            return json_text(form)
        case "markdown":
            from invgit.cli.views import plan_markdown

            return plan_markdown.as_markdown(form)
        case "html":
            from invgit.cli.views import plan_html

            return plan_html.as_html(form)
        case _:
            from invgit.cli.views import plan

            return plan.as_text(form)
