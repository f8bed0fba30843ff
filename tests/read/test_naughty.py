"""Strings that programs stumble over, in every text field of every kind: refused at their place, or kept as they are.

A sample of them here, all of them with --slow.
"""

import json
import unicodedata
from collections import defaultdict

import pytest
from support_cases import compile_files, shown
from support_naughty import everywhere, naughty
from support_project import Project

from invgit.cli.views import diagnostics as view
from invgit.cli.views.document import json_text
from invgit.model.entity import Address
from invgit.text.problem import BAD_CHARACTER

EVERY = 25
SAMPLES = [0, *(pytest.param(part, marks=pytest.mark.slow) for part in range(1, EVERY))]


def test_there_are_many_and_none_twice() -> None:
    assert len(set(naughty())) == len(naughty()) >= 700


def obeyed(text: str) -> bool:
    """Whether a terminal, or whoever reads, could be misled by it."""
    return any(unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} and each not in "\t\n" for each in text) or bool(
        BAD_CHARACTER.search(text)
    )


@pytest.mark.parametrize("part", SAMPLES)
def test_a_string_is_refused_at_its_place_or_kept_as_it_is(part: int) -> None:
    texts = naughty()[part::EVERY]
    files, put = everywhere(texts)
    result = compile_files(dict(files))
    faults = defaultdict(set)
    for each in result.diagnostics:
        faults[each.place.file.removeprefix("inventory/")].add(each.place.line)
    kept = 0
    for each in put:
        entity = result.inventory.at(Address(each.kind, each.path))
        refused = each.line in faults[each.file] or (entity is None and faults[each.file])
        assert refused or (entity is not None and each.found_in(entity.values)), each
        assert refused or not obeyed(each.text), each
        kept += not refused
    assert kept > len(put) / 2
    text = shown(result)
    assert not obeyed(text)
    document = view.document(result.diagnostics, 0)
    assert json.loads(json_text(document)) == json.loads(json.dumps(document, default=str))
    assert not obeyed(json_text(document))


@pytest.mark.parametrize("part", SAMPLES[:5])
def test_what_is_kept_goes_to_postgresql_and_back(part: int, project: Project) -> None:
    """Plan, apply, and nothing is left to do; nothing that is shown on the way is obeyed."""
    files, put = everywhere(naughty()[part::EVERY])
    wrong = {each.place.file.removeprefix("inventory/") for each in compile_files(dict(files)).diagnostics}
    project.write({path: text for path, text in files.items() if path not in wrong})
    shown_ = project.run("plan")
    assert shown_.code == 0, shown_.err
    assert not obeyed(shown_.out)
    project.apply()
    assert project.changes() == []
    assert len({each.file for each in put} - wrong) > 100
