"""Single fields of what an entity says itself: set and cleared by the paths that people write for them."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from invgit.edit.declared import declared, freeform, is_number, text
from invgit.errors import UsageError
from invgit.model.fieldpaths import FieldPath
from invgit.model.scalars import normal
from invgit.model.spec import FieldSpec

Reference = Callable[[str, str], str]
"""The text that means an entity of a kind, whatever words somebody has for it."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an entity says itself, and what counts for it; both declared."""

    own: Mapping[str, Any]
    effective: Mapping[str, Any]
    inherits: Callable[[tuple[str, ...]], bool]
    """Whether it would inherit something at a path."""
    inherited_keys: Callable[[str], Collection[str]]
    """The keys that it would inherit below a field."""


def put(said: Said, path: FieldPath, word: str | list[str], reference: Reference) -> dict[str, Any]:
    """What an entity says itself with a value at a path. Raises UsageError for a word that cannot be a value there."""
    _require_written(path)
    value = _value(path, word, reference)
    keys = (path.field.name, *path.keys)
    if not path.keys and path.field.mergeable and isinstance(value, dict):
        value = _instead(path.field, said, value)
    return _with(said, path, dict(said.own), keys, value)


def _instead(field: FieldSpec, said: Said, value: dict[str, Any]) -> dict[str, Any] | None:
    """A whole mapping in the place of what is inherited, with which it would come together key by key.

    A key is kept away by nothing at it. In free-form values nothing is a value, too: there what is inherited stays.
    """
    if not value:
        return None if said.inherits((field.name,)) else value
    hidden = () if field.freeform else said.inherited_keys(field.name)
    return {**value, **{key: None for key in hidden if key not in value}}


def say(said: Said, path: FieldPath, value: Any) -> dict[str, Any]:
    """`put`, of a value as a file declares it already."""
    _require_written(path)
    return _with(said, path, dict(said.own), (path.field.name, *path.keys), value)


def clear(said: Said, path: FieldPath) -> dict[str, Any]:
    """The same without a value at a path: it says nothing there, or that there is none where it would inherit one."""
    _require_written(path)
    keys = (path.field.name, *path.keys)
    if said.inherits(keys) or (not path.keys and path.field.nullable and path.field.default is not None):
        return _with(said, path, dict(said.own), keys, None)
    return _without(dict(said.own), keys)


def _require_written(path: FieldPath) -> None:
    if path.field.derived:
        raise UsageError(f"`{path.field.name}` is computed, and not written in YAML")


def _with(said: Said, path: FieldPath, own: dict[str, Any], keys: tuple[str, ...], value: Any) -> dict[str, Any]:
    """Put a value at keys. What replaces as a whole what it inherits is made from what counts now."""
    first, *rest = keys
    if not rest:
        return {**own, first: value}
    field = path.field
    group = own.get(first)
    if not isinstance(group, dict):
        group = said.effective.get(first) if not field.mergeable else {}
    group = dict(group) if isinstance(group, dict) else {}
    if field.freeform:
        return {**own, first: _deep(group, rest, value)}
    if len(rest) == 1:
        return {**own, first: {**group, rest[0]: value}}
    name, inner = rest
    counts = said.effective.get(first)
    item = group.get(name, counts.get(name) if isinstance(counts, dict) else None)
    short = {field.short: item} if field.short and isinstance(item, str) else item
    return {**own, first: {**group, name: {**(short if isinstance(short, dict) else {}), inner: value}}}


def _deep(group: dict[str, Any], keys: list[str], value: Any) -> dict[str, Any]:
    first, *rest = keys
    if not rest:
        return {**group, first: value}
    inside = group.get(first)
    return {**group, first: _deep(dict(inside) if isinstance(inside, dict) else {}, rest, value)}


def _without(own: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    """Mappings without what stands at keys; a mapping in which nothing is left goes, too."""
    first, *rest = keys
    if not rest:
        own.pop(first, None)
    elif isinstance(own.get(first), dict):
        left = _without(dict(own[first]), tuple(rest))
        own = {**own, first: left}
        if not left:
            del own[first]
    return own


def _value(path: FieldPath, word: str | list[str], reference: Reference) -> Any:
    """A word as a file declares it at a path."""
    leaf = path.leaf
    if isinstance(word, list):
        return [_one(leaf, each, reference) for each in word] if leaf else word
    if leaf is None or leaf.freeform:
        return _free(path, word)
    if path.keys and leaf is path.field and leaf.record is None:  # one of a mapping of single values
        return _one(leaf, word, reference)
    if leaf.many == "list" and leaf.record is None and not word.lstrip().startswith("["):
        return [_one(leaf, each.strip(), reference) for each in word.split(",") if each.strip()]
    if leaf.record or leaf.many != "one":
        return _structured(path, leaf, word, reference)
    return _one(leaf, word, reference)


def _one(leaf: FieldSpec | None, word: str, reference: Reference) -> Any:
    if leaf is None:
        return text(word)
    if leaf.ref:
        return text(reference(leaf.ref, word))
    word = _normal(leaf, word)
    return word if leaf.python is bool or is_number(leaf) else text(word)


def _normal(leaf: FieldSpec, word: str) -> str:
    """A word in its field's normal form; one that cannot be a value stays as it is, and is told with its place."""
    made = normal(leaf.scalar, word)
    return word if made is None else str(made).lower() if isinstance(made, bool) else str(made)


def _free(path: FieldPath, word: str) -> Any:
    """In free-form values JSON means what it says, as a bare word of YAML does, and everything else is text."""
    value = _json(word)
    if not path.keys and not isinstance(value, dict):
        raise UsageError(f"`{path.text}` holds a mapping", help=f"write it as JSON, or name a key: {path.text}.KEY=…")
    if value is None:
        return None if word == "null" else text(word)
    return word if isinstance(value, bool | int | float) else freeform(value)


def _json(word: str) -> Any:
    """What a word is as JSON; nothing where it is none."""
    try:
        return json.loads(word)
    except (ValueError, RecursionError):
        return None


def _structured(path: FieldPath, leaf: FieldSpec, word: str, reference: Reference) -> Any:
    """A mapping or a list as JSON: in the form in which `show -o json` and `drift --patch` have it."""
    value = _json(word)
    single = leaf.record and path.keys and leaf.many == "map"  # one group of several
    wanted: type = list if leaf.many == "list" else dict
    if single and leaf.short and not isinstance(value, dict):
        return text(word)
    if not isinstance(value, wanted):
        what = "a list" if wanted is list else "a mapping"
        ways = ", or as a,b,c" if wanted is list and not leaf.record else f", or name a field of it: {path.text}.…"
        raise UsageError(f"`{path.text}` holds {what}", help=f"write it as JSON{ways}")
    named: Mapping[str, Any] = {leaf.name: {"": value} if single else value}
    made = declared([leaf], named, reference)[leaf.name]
    return made[""] if single else made
