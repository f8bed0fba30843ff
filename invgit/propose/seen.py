"""Findings in the words of the model: what of them a file could say, under paths of fields."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from invgit.edit.declared import declared, freeform
from invgit.model.entity import Address, AnyEntity
from invgit.model.fieldpaths import FieldPath, field_path, inside
from invgit.model.findings import Finding, Look
from invgit.model.inventory import Inventory
from invgit.model.spec import FieldSpec, KindSpec, specs
from invgit.model.values import check, plain
from invgit.text.inert import line
from invgit.text.problem import BAD_CHARACTER

_LONGEST = 250


@dataclass(slots=True, eq=False)
class Seen:
    """A finding on its way to be matched, and what became of it."""

    finding: Finding
    spec: KindSpec
    values: dict[str, Any]
    """Plain values that a file can say, by their paths; references are paths of entities."""
    ways: dict[str, FieldPath]
    waits: "dict[str, Seen]" = field(default_factory=dict)
    """What the references lead to that is to be added itself, by their paths."""
    entity: AnyEntity | None = None
    address: Address | None = None
    """Of the entity, or the one that it is to have."""
    why: str = ""
    sure: bool = False
    """Whether it is the entity's own, and not only taken for it."""
    refused: bool = False
    """Whether it could be several entities, or others are the same one: then nothing is proposed."""

    @property
    def key(self) -> str:
        """What the source calls it."""
        return self.finding.key

    @property
    def name(self) -> str:
        """What people call it: letter case and blanks do not count."""
        return called(self.values.get("name"))

    def say(self, path: str, value: Any) -> None:
        """Have a value said at a path."""
        self.values[path] = value
        self.ways[path] = field_path(self.spec, path)


def told(text: str) -> str:
    """A text of a source as files have it: one line that no reader refuses, and not too long."""
    return line(text).strip()[:_LONGEST].strip()


def called(name: Any) -> str:
    """A name by which two things are called the same."""
    return " ".join(str(name or "").casefold().split())


def declared_value(path: FieldPath, value: Any) -> Any:
    """A plain value at a path as a file declares it; a reference stays the path of its entity."""
    leaf = path.leaf
    if value is None:
        return None
    if leaf is None:
        return freeform(value)
    if path.keys and leaf is path.field and leaf.record is None:  # one of a mapping of single values
        found: Mapping[str, Any] = declared([leaf], {leaf.name: {"": value}}, _path)[leaf.name]
        return found[""]
    return declared([leaf], {leaf.name: value}, _path)[leaf.name]


def _path(_: str, path: str) -> str:
    return path


def seen(look: Look, warnings: list[str]) -> list[Seen]:
    """The findings of a look, in the order of kinds and keys; what no file could say of them is left out, and told."""
    order = {name: number for number, name in enumerate(specs())}
    made = []
    for finding in sorted(look.findings, key=lambda each: (order[each.kind], each.key)):
        spec = specs()[finding.kind]
        found = list(_ways(spec, _sound(finding, spec, warnings)))
        made.append(Seen(finding, spec, {way.text: value for way, value in found}, {way.text: way for way, _ in found}))
    return made


def _ways(spec: KindSpec, said: Mapping[str, Any]) -> Iterator[tuple[FieldPath, Any]]:
    """The single values in plain values of a kind, and the ways to them."""
    for each in spec.declarable:
        if said.get(each.name) is not None and not each.directive:
            for keys, leaf, item in inside(each, said[each.name]):
                yield FieldPath(".".join((each.name, *keys)), each, keys, leaf), item


def _sound(finding: Finding, spec: KindSpec, warnings: list[str]) -> dict[str, Any]:
    """What is said, in normal form and without what is wrong."""
    said = {name: value for name, value in finding.said.items() if name in spec.by_name and value is not None}
    wrong = {name: "a character in it is not allowed in any file" for name, value in said.items() if _hidden(value)}
    lacking = {each.name: each.example for each in spec.declarable if each.required}
    for _ in range(2):
        right = {name: value for name, value in said.items() if name not in wrong}
        values, faults = check(spec, {**lacking, **declared(spec.declarable, right, _path)})
        if values is not None:
            break
        wrong |= {str(fault.path[0]): fault.message for fault in faults if fault.path}
    else:
        return {}
    warnings += [f"{line(finding.key)}: `{name}` is left out: {line(why)}" for name, why in sorted(wrong.items())]
    normal = plain(values)
    return {name: normal[name] for name in right if name in normal}


def _hidden(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_hidden(key) or _hidden(item) for key, item in value.items())
    if isinstance(value, list | tuple):
        return any(map(_hidden, value))
    return isinstance(value, str) and BAD_CHARACTER.search(value) is not None


def resolve(one: Seen, by_key: Mapping[str, Seen], inventory: Inventory) -> None:
    """Make the references of a finding lead to what the findings that it needs have become.

    Of several references to one kind the first is to the first of them: of a connection its ends, in their order.
    """
    open_ = [each for each in one.spec.declarable if each.ref and each.many == "one" and _is_open(one, each, inventory)]
    for key in one.finding.needs:
        need = by_key.get(key)
        place = next((each for each in open_ if need is None or each.ref == need.spec.name), None)
        if place is None:
            continue
        open_.remove(place)
        if need is None or need.address is None:
            continue
        one.say(place.name, need.address.path)
        if need.entity is None:
            one.waits[place.name] = need


def _is_open(one: Seen, field: FieldSpec, inventory: Inventory) -> bool:
    """Whether the finding itself does not say what a reference leads to, or that is not there."""
    path = one.finding.said.get(field.name)
    return path is None or field.ref is None or inventory.at(Address(field.ref, path)) is None


def without_dangling(one: Seen, inventory: Inventory, warnings: list[str]) -> None:
    """Take out the references to what neither is there nor is going to be."""
    for text, way in one.ways.items():
        ref, path = way.leaf.ref if way.leaf else None, one.values.get(text)
        if ref and path and text not in one.waits and inventory.at(Address(ref, str(path))) is None:
            del one.values[text]
            warnings.append(f"{line(one.key)}: `{text}` is left out: there is no {ref} {line(str(path))}")
