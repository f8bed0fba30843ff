"""Diagnostics as SARIF 2.1.0 (OASIS), which GitHub's code scanning and many editors read."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from invgit import __version__
from invgit.cli.views.diagnostics import told
from invgit.diagnostics import Rule
from invgit.text.inert import fence, uri

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_EXAMPLE = re.compile(r"^(Wrong|Right):\n((?:(?: {4}.*)?(?:\n|\Z))+)", re.MULTILINE)
_LINK = re.compile(r"\[(?=[^\]]*\]\()")


def log(form: Mapping[str, Any], folder: str, rules: Iterable[Rule]) -> dict[str, Any]:
    """The log of one run, with the rules that spoke. `folder` leads from the repository's root to the project."""
    spoke = {each["code"] for each in form["diagnostics"]}
    used = sorted((rule for rule in rules if rule.code in spoke), key=lambda rule: rule.code)
    index = {rule.code: at for at, rule in enumerate(used)}
    driver = {"name": "invgit", "version": __version__, "rules": [_rule(rule) for rule in used]}
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True}],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": [_result(each, folder, index) for each in form["diagnostics"]],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    told, _, _ = rule.text.partition("\nWrong:\n")
    told = told.partition("\nRight:\n")[0].strip()
    shown = _EXAMPLE.sub(lambda found: f"{found[1]}:\n\n{fence(_outdented(found[2]), 'yaml')}\n", rule.text)
    return {
        "id": rule.code,
        "shortDescription": {"text": _plain(rule.summary)},
        "fullDescription": {"text": _plain(told)},
        "help": {"text": _plain(rule.text.strip()), "markdown": shown.strip()},
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _outdented(text: str) -> str:
    return "\n".join(line[4:] for line in text.rstrip().splitlines())


def _result(each: Mapping[str, Any], folder: str, index: Mapping[str, int]) -> dict[str, Any]:
    help = f"\nhelp: {each['help']}" if each["help"] else ""
    where: dict[str, Any] = _location(each, folder)
    if each["addresses"]:
        where["logicalLocations"] = [{"fullyQualifiedName": address} for address in each["addresses"]]
    result: dict[str, Any] = {
        "ruleId": each["code"],
        "ruleIndex": index[each["code"]],
        "level": each["severity"],
        "message": {"text": _plain(each["message"] + help)},
        "locations": [where],
        "partialFingerprints": {"invgitFinding/v1": each["fingerprint"]},
    }
    if each["related"]:
        result["relatedLocations"] = [
            {"id": at, "message": {"text": _plain(other["message"])}, **_location(other, folder)}
            for at, other in enumerate(each["related"], 1)
        ]
    if each["fix"]:
        result["fixes"] = [_fix(each["fix"], folder)]
    return result


def _location(place: Mapping[str, Any], folder: str) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": _artifact(place, folder), "region": _region(place)}}


def _artifact(place: Mapping[str, Any], folder: str) -> dict[str, str]:
    return {"uri": uri(folder + place["file"]), "uriBaseId": _ROOT}


def _region(place: Mapping[str, Any]) -> dict[str, int]:
    return {
        "startLine": place["line"],
        "startColumn": place["column"],
        "endLine": place["end_line"],
        "endColumn": place["end_column"],
    }


def _fix(fix: Mapping[str, Any], folder: str) -> dict[str, Any]:
    """The place in lines and columns: offsets of readers differ where a file begins with a byte order mark."""
    replacement = {"deletedRegion": _region(fix), "insertedContent": {"text": fix["text"]}}
    change = {"artifactLocation": _artifact(fix, folder), "replacements": [replacement]}
    return {"description": {"text": _plain(told(fix))}, "artifactChanges": [change]}


def _plain(text: str) -> str:
    """Text in which no reader finds a link (SARIF 2.1.0, 3.11.6)."""
    return _LINK.sub(r"\\[", text)
