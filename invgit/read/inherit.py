"""What entities inherit, from the defaults of their file and from device types: checked once, and in measure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from invgit import diagnostics
from invgit.diagnostics import Diagnostic
from invgit.model.entity import Origin
from invgit.model.kinds.hardware import Hardware
from invgit.model.layers import merged
from invgit.model.spec import record_fields
from invgit.model.values import Fault, check
from invgit.read.documents import Documents, Raw
from invgit.read.layers import prepared
from invgit.read.references import References

MEASURE = 50
"""So many values each entity of an inventory may inherit on average, beyond `AT_LEAST` of all: a device type may be
long, or inherited by many, but small files do not become gigabytes."""
AT_LEAST = 200_000


_NOTHING: frozenset[str] = frozenset()


class Layers(NamedTuple):
    """What counts for an entity, the strongest last; `unknown` are inherited fields that are wrong where they stand."""

    values: list[dict[str, Any]]
    origin: Origin
    unknown: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Shared:
    """What many entities inherit: its sound values, the names of the others, how many values those are."""

    raw: Raw
    values: dict[str, Any]
    unknown: frozenset[str]
    size: int


class Inheritance:
    """The layers of every entity; what is wrong with what they inherit is told once, in `problems` and `faults`."""

    def __init__(self, documents: Documents, references: References) -> None:
        self.problems: list[Diagnostic] = []
        self.faults: list[tuple[Origin, Fault]] = []
        self._complete = documents.complete
        self._references = references
        self._left = AT_LEAST + MEASURE * len(documents.entities)
        self._refused: set[int] = set()
        self._defaults = {id(raw.declared): self._default(raw) for raw in documents.defaults}
        self._types = {
            address.path: self._type(raw)
            for address, raw in documents.entities.items()
            if address.kind == "device-type"
        }

    def layers(self, raw: Raw) -> Layers:
        """The layers of an entity. Of a device type only its slug counts; any other word is free text."""
        made, origin, unknown = [raw.declared], raw.origin, _NOTHING
        if raw.defaults:
            default = self._defaults[id(raw.defaults)]
            if self._spend(default):
                made.insert(0, default.values)
            unknown = default.unknown
        if raw.spec.name == "device":
            name = raw.declared.get("type", raw.defaults.get("type"))
            made_as = self._types.get(name) if isinstance(name, str) else None
            if made_as and self._spend(made_as):
                made.insert(0, made_as.values)
                origin = Origin(origin.source, origin.keys, origin.at, made_as.raw.origin)
                unknown |= made_as.unknown
        return Layers(made, origin, unknown)

    def _spend(self, shared: _Shared) -> bool:
        """Whether one more entity may inherit that; where it is the first that may not, that is told."""
        self._left -= shared.size
        if self._left >= 0:
            return True
        if id(shared) not in self._refused:
            self._refused.add(id(shared))
            message = f"what entities inherit comes to too much: {shared.size:,} values stand here, for each of them"
            help = "leave out what they do not need one by one"
            source, span = shared.raw.origin.source, shared.raw.origin.span
            self.problems.append(diagnostics.at(source, span, "too-big", message, help=help))
        return False

    def _type(self, raw: Raw) -> _Shared:
        """A device type; devices inherit what they can have themselves. Its faults are told as those of an entity."""
        said = merged(raw.spec, [raw.defaults, raw.declared])
        faults = self._faults(raw, said)
        inheritable = {field.name for field in record_fields(Hardware) if not field.directive}
        wrong = {fault.path[0] for fault in faults if fault.path}
        return _shared(raw, {name: value for name, value in said.items() if name in inheritable}, wrong)

    def _default(self, raw: Raw) -> _Shared:
        """Defaults are checked also where no entity uses them; that they are incomplete is their nature."""
        own = {field.name for field in raw.spec.fields if field.directive or field.name == "name"}
        for name in own & raw.declared.keys():
            source, span = Origin(raw.origin.source, raw.origin.keys, raw.origin.at).find(name, key=True)
            message = f"`{name}` cannot be a default: it speaks of one entity"
            self.problems.append(diagnostics.at(source, span, "not-inheritable", message))
        faults = [
            fault
            for fault in self._faults(raw, raw.declared)
            if not (fault.code == "missing-field" and len(fault.path) == 1)
        ]
        self.faults.extend((raw.origin, fault) for fault in faults)
        return _shared(raw, raw.declared, own | {fault.path[0] for fault in faults if fault.path})

    def _faults(self, raw: Raw, values: dict[str, Any]) -> list[Fault]:
        plain, faults = prepared(raw, [values], self._references, complete=self._complete)
        return [*faults, *check(raw.spec, plain)[1]]


def _shared(raw: Raw, values: dict[str, Any], wrong: set[Any]) -> _Shared:
    unknown = frozenset(wrong & values.keys())
    sound = {name: value for name, value in values.items() if name not in unknown}
    return _Shared(raw, sound, unknown, sum(1 for _ in _values(sound)))


def _values(value: Any) -> Iterator[Any]:
    """A value and all that is inside of it; depth is limited by the reader."""
    yield value
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _values(item)
