"""Every production of YAML 1.2: what the specification says, what libyaml makes of it, and what we read or refuse."""

import json
import os
from pathlib import Path

import pytest
import yaml
from support_yaml import FILES, built, inputs, read, updated

if "UPDATE_CASES" in os.environ:
    for each in FILES:
        each.write_text(updated(each), encoding="utf-8")

every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def test_every_input_counts() -> None:
    found = [each for path in FILES for each in inputs(path)]
    assert sum(path.read_text(encoding="utf-8").count("\n== ") for path in FILES) == len(found)
    assert len({(each.data, each.valid) for each in found}) >= 600


@every_file
def test_an_input_is_read_or_refused_twice_alike(path: Path) -> None:
    made = [(each.name, read(each.data), read(each.data)) for each in inputs(path)]
    assert made == [(each.name, each.expected, each.expected) for each in inputs(path)]


@every_file
def test_libyaml_and_the_specification_agree_or_it_is_said_why_not(path: Path) -> None:
    for each in inputs(path):
        assert (accepts(each.data, yaml.CBaseLoader) == each.valid) != each.libyaml_differs, each


def accepts(data: bytes, loader: type) -> bool:
    try:
        list(yaml.parse(data, Loader=loader))
    except (yaml.YAMLError, ValueError):  # a ValueError: PyYAML's own parser, of \U00110000
        return False
    return True


@every_file
@pytest.mark.parametrize("loader", [yaml.CBaseLoader, yaml.BaseLoader])
def test_what_is_read_is_what_the_events_say(path: Path, loader: type) -> None:
    for each in inputs(path):
        if each.accepted and (loader is yaml.CBaseLoader or accepts(each.data, loader)):
            assert built(yaml.parse(each.data, Loader=loader)) == json.loads(each.expected), each
