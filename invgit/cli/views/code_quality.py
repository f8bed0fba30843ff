"""Diagnostics as a GitLab Code Quality report (docs.gitlab.com/ci/testing/code_quality, report format)."""

from collections.abc import Mapping
from typing import Any

from invgit.text.inert import line, safe

_SEVERITIES = {"error": "major", "warning": "minor"}


def issues(form: Mapping[str, Any], folder: str) -> list[dict[str, Any]]:
    """One issue a diagnostic. `folder` leads from the repository's root to the project."""
    return [
        {
            "description": line(f"{each['message']} ({each['help']})" if each["help"] else each["message"]),
            "check_name": each["code"],
            "fingerprint": each["fingerprint"],
            "severity": _SEVERITIES[each["severity"]],
            "location": {
                "path": safe(folder + each["file"]),
                "lines": {"begin": each["line"], "end": each["end_line"]},
            },
        }
        for each in form["diagnostics"]
    ]
