"""What stands in a file, as the definition of kinds sees it: which field a value belongs to, which order keys have."""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from invgit.model.spec import FieldSpec, KindSpec, specs
from invgit.text.nodes import Node
from invgit.text.places import composed

Path = tuple[str | int, ...]


class Value(NamedTuple):
    """A scalar: under which path, of which field (None for free-form values and what is not known)."""

    path: Path
    node: Node
    field: FieldSpec | None
    flow: bool


class Keyed(NamedTuple):
    """A mapping whose keys have an order."""

    path: Path
    node: Node
    order: Mapping[str, int]

    @property
    def depth(self) -> int:
        """How many mappings it lies in."""
        return len(self.path)


class Survey:
    """One walk over a file's tree."""

    def __init__(self, root: Node | None) -> None:
        self.values: list[Value] = []
        self.keys: list[Value] = []
        self.keyed: list[Keyed] = []
        if root:
            self._top(root)

    def _top(self, root: Node) -> None:
        kinds, order = _kinds()
        if root.pairs is None:
            self._free((), root, flow=False)
            return
        self.keyed.append(Keyed((), root, order))
        flow = bool(root.style)
        for key, node in root.pairs:
            spec, path = kinds.get(key.text), (composed(key.text),)
            self._key((), key, flow=flow)
            if key.text == "defaults" and node.pairs is not None:
                self.keyed.append(Keyed(path, node, order))
                for name, fields in node.pairs:
                    self._key(path, name, flow=bool(node.style))
                    self._entity(
                        (*path, composed(name.text)), fields, kinds.get(name.text), flow=flow or bool(node.style)
                    )
            elif spec is None or spec.single or node.pairs is None:
                self._entity(path, node, spec, flow=flow)
            else:
                within = flow or bool(node.style)
                for slug, fields in node.pairs:
                    self._key(path, slug, flow=within)
                    self._entity((*path, composed(slug.text)), fields, spec, flow=within)

    def _key(self, above: Path, node: Node, *, flow: bool) -> None:
        self.keys.append(Value((*above, composed(node.text)), node, None, flow))

    def _entity(self, path: Path, node: Node, spec: KindSpec | None, *, flow: bool) -> None:
        if spec is None or node.pairs is None:
            self._free(path, node, flow=flow)
        else:
            self._fields(path, node, spec.declarable, flow=flow)

    def _fields(self, path: Path, node: Node, fields: tuple[FieldSpec, ...], *, flow: bool) -> None:
        """A mapping of fields, of an entity or of a group."""
        by_name, order = _named(fields)
        self.keyed.append(Keyed(path, node, order))
        flow = flow or bool(node.style)
        for key, value in node.pairs or ():
            self._key(path, key, flow=flow)
            self._field((*path, composed(key.text)), value, by_name.get(key.text), flow=flow)

    def _field(self, path: Path, node: Node, field: FieldSpec | None, *, flow: bool) -> None:
        if field is None or field.base == "json":
            self._free(path, node, flow=flow)
        elif field.many == "map" and node.pairs is not None:
            within = flow or bool(node.style)
            for key, value in node.pairs:
                self._key(path, key, flow=within)
                self._one((*path, composed(key.text)), value, field, flow=within)
        elif field.many == "list" and node.items is not None:
            for number, item in enumerate(node.items):
                self._one((*path, number), item, field, flow=flow or bool(node.style))
        else:
            self._one(path, node, field, flow=flow)

    def _one(self, path: Path, node: Node, field: FieldSpec, *, flow: bool) -> None:
        if field.record and node.pairs is not None:
            self._fields(path, node, field.fields, flow=flow)
        elif not node.is_scalar:
            self._free(path, node, flow=flow)
        elif field.record and not _says_nothing(node):
            short = next((each for each in field.fields if each.name == field.short), None)
            self.values.append(Value(path, node, short, flow))
        else:
            self.values.append(Value(path, node, field, flow))

    def _free(self, path: Path, node: Node, *, flow: bool) -> None:
        """What has keys of people's own."""
        flow = flow or bool(not node.is_scalar and node.style)
        if node.pairs is not None:
            for key, value in node.pairs:
                self._key(path, key, flow=flow)
                self._free((*path, composed(key.text)), value, flow=flow)
        elif node.items is not None:
            for number, item in enumerate(node.items):
                self._free((*path, number), item, flow=flow)
        else:
            self.values.append(Value(path, node, None, flow))


def _says_nothing(node: Node) -> bool:
    return not node.style and node.text in {"", "null"}


@cache
def _kinds() -> tuple[Mapping[str, KindSpec], Mapping[str, int]]:
    """The kinds by their keys, and the order of a file's keys: what holds for others stands first."""
    kinds = {spec.key: spec for spec in specs().values()}
    return kinds, {name: number for number, name in enumerate(["defaults", *kinds])}


@cache
def _named(fields: tuple[FieldSpec, ...]) -> tuple[Mapping[str, FieldSpec], Mapping[str, int]]:
    known = [field for field in fields if not field.derived]
    return {field.name: field for field in known}, {field.name: number for number, field in enumerate(known)}
