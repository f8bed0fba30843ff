"""Every rule explains itself with examples that are compiled: the wrong one is found, the right one is right."""

import ast
import re
import textwrap
from pathlib import Path

import pytest
from support_cases import FILE, OWNERS, codes, compile_files
from support_inventory import between

from invgit import pipeline
from invgit.diagnostics import Rule
from invgit.model.derive import derive
from invgit.model.inventory import Inventory
from invgit.plan import PLAN_RULES

PACKAGE = Path(pipeline.__file__).resolve().parent.parent
RULES = {rule.code: rule for rule in pipeline.rules()}

# What cannot be said in a text: other bytes than UTF-8, links, pipes, sizes. tests/read holds a test of each.
WITHOUT_WRONG = {"not-utf8", "too-big", "not-regular", "cannot-read", "bad-path"}
# One fault, two rules: ranges of addresses overlap only where one of them, or its network, is wrong as well.
# What files alone cannot know: a plan finds it, here one for an empty database.
PLANNED = {rule.code for rule in PLAN_RULES}
COMPANIONS = {"dhcp-overlap": {"network-overlap"}}

# `# inventory/<path>` begins a file; what stands before the first one is the site's
_FILE = re.compile(r"^# inventory/(.+)\n", re.MULTILINE)


def example(rule: Rule, word: str) -> dict[str, str] | None:
    """The files of the `Wrong:` or the `Right:` example."""
    match = re.search(rf"^{word}:\n((?:    .*\n|\n)+)", rule.text.rstrip() + "\n", re.MULTILINE)
    if match is None:
        return None
    first, *rest = _FILE.split(textwrap.dedent(match[1]))
    files = {FILE: first} if first.strip() else {}
    return files | dict(zip(rest[::2], rest[1::2], strict=True))


def compiled(files: dict[str, str], rule: str):
    """An example in a home with a house, unless it describes organizations and sites of its own."""
    text = "\n".join(files.values())
    base = {} if rule in {"missing-organization", "missing-site"} else dict(OWNERS)
    if rule == "missing-site":
        base = {"home/organization.yaml": OWNERS["home/organization.yaml"]}
    if "organization:" in text:
        base = {path: owner for path, owner in base.items() if "organization" not in path}
    return compile_files({**base, **files})


@pytest.mark.parametrize("code", RULES)
def test_the_wrong_example_is_found(code: str) -> None:
    files = example(RULES[code], "Wrong")
    assert (files is None) == (code in WITHOUT_WRONG)
    if files:
        result = compiled(files, code)
        before = example(RULES[code], "Before")
        there = derive(compiled(before, code).inventory) if before else Inventory(())
        found = between(there, derive(result.inventory)).diagnostics if code in PLANNED else result.diagnostics
        assert {each.code for each in found} - {code} == COMPANIONS.get(code, set())
        assert {each.severity for each in found if each.code == code} == {RULES[code].severity}


@pytest.mark.parametrize("code", RULES)
def test_the_right_example_is_right(code: str) -> None:
    files = example(RULES[code], "Right")
    assert files
    result = compiled(files, code)
    assert not codes(result)
    assert len(result.inventory) > 0


@pytest.mark.parametrize("code", RULES)
def test_an_explanation_begins_with_one_sentence(code: str) -> None:
    rule = RULES[code]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)
    assert re.fullmatch(r"[A-Z].*[.…]", rule.summary), rule.summary
    assert max(map(len, rule.text.splitlines())) <= 120


def test_codes_are_unique() -> None:
    assert len(RULES) == len(pipeline.rules())


MAKERS = {
    "Diagnostic", "Problem", "Fault", "Unresolved", "Unique", "wrong", "at", "problem",
    "_problem", "_refuse", "_stop", "_shared",
}  # fmt: skip


def test_no_finding_is_without_a_rule() -> None:
    """Every text in the code that is made into a diagnostic's code has its rule."""
    used: set[str] = set()
    for path in (path for room in ("text", "model", "read", "check") for path in (PACKAGE / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in MAKERS:
                used |= {each.value for each in node.args if isinstance(each, ast.Constant) and is_code(each.value)}
    assert used > {"bad-mac", "duplicate-key", "too-big", "missing-field", "unknown-reference", "path-clash"}
    assert used <= RULES.keys()


def is_code(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", value) is not None
