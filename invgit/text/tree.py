"""YAML text to plain values, strictly: every scalar stays text, and what could mean two things is refused.

Reads libyaml's event stream, never deeper than a limit: no C tree is ever made (deep ones crash libyaml), no tag is
resolved, no anchor is followed. Values are `str`, `None` (a bare `null` or nothing at all), `list` and `dict` with text
keys.
"""

import re
from dataclasses import dataclass, field
from typing import Any, NoReturn

from yaml import events
from yaml._yaml import CParser
from yaml.error import YAMLError

from invgit.text.decode import decode, refused_as_a_whole
from invgit.text.places import Path, composed, layout, places, span_of
from invgit.text.problem import MAX_DEPTH, MAX_KEY, MAX_NODES, MAX_PROBLEMS, MAX_SCALAR, Problem
from invgit.text.scalars import NULLS, Quoted, bad_escape, typed
from invgit.text.span import Span
from invgit.text.syntax import syntax_problem

__all__ = ["Document", "Path", "Problem", "Quoted", "decode", "parse", "places"]
