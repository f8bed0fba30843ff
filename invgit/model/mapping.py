"""Which rules count for a device of a controller, and which of them before the others.

The conditions of `When` count in the order of its fields: a rule that says `refs` comes before every one that does not,
then those with `type_strings` before those without, and so on to `site`. So of two rules that fit one device
one comes first, wherever they are written: those that say the same conditions fit the same device only where they say
the same values, and that is an error.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import product
from typing import Any

from invgit.model.entity import Entity
from invgit.model.kinds.homeseer import HomeseerRule, When
from invgit.model.spec import record_fields, specs

CONDITIONS = tuple(field.attribute for field in record_fields(When))
"""The names of all conditions, the one that counts most first."""
RESULTS = tuple(
    field.attribute
    for field in specs()[HomeseerRule.kind].declarable
    if not field.directive and field.attribute not in {"when", "description"}
)
"""The names of what can follow."""
_LISTS = tuple(field.attribute for field in record_fields(When) if field.many == "list")
_ROOT_DEVICE = " root device"

Facts = Mapping[str, Any]
"""What a device is like: a value for each condition, as `compared` makes it; None where it says nothing."""


def compared(text: str) -> str:
    """A text as two are compared: neither letter case nor the number of blanks matters."""
    return " ".join(text.split()).casefold()


def compared_type(text: str) -> str:
    """The same of a type text, without the `Root Device` that HomeSeer's Z-Wave puts behind it."""
    found = compared(text)
    return found.removesuffix(_ROOT_DEVICE).removesuffix(_ROOT_DEVICE.strip())


def conditions(rule: HomeseerRule) -> tuple[str, ...]:
    """The names of the conditions that a rule says, the one that counts most first."""
    return tuple(name for name in CONDITIONS if getattr(rule.when, name) not in (None, ()))


def results(rule: HomeseerRule) -> tuple[str, ...]:
    """The names of what a rule says about its devices."""
    return tuple(name for name in RESULTS if getattr(rule, name) not in (None, ()))


def is_usable(rule: HomeseerRule) -> bool:
    """Whether it says for which devices it is, by one list at most, and what follows."""
    said = conditions(rule)
    return bool(said) and bool(results(rule)) and sum(name in said for name in _LISTS) < 2


class Rules:
    """The usable rules of an inventory, by what they ask for. `clashes` are those that ask for the same as another."""

    def __init__(self, rules: Iterable[Entity[HomeseerRule]]) -> None:
        self.clashes: list[tuple[Entity[HomeseerRule], Entity[HomeseerRule]]] = []
        shapes: dict[tuple[str, ...], dict[tuple[Any, ...], Entity[HomeseerRule]]] = {}
        for rule in sorted(rules, key=lambda each: each.address):
            if is_usable(rule.values):
                said = conditions(rule.values)
                shape = shapes.setdefault(said, {})
                others = [shape.setdefault(key, rule) for key in _keys(rule.values, said)]
                first = {each.address: each for each in others if each is not rule}
                self.clashes += [(each, rule) for each in first.values()]
        self._shapes = [
            (said, {key: _said(rule.values, said) for key, rule in shapes[said].items()})
            for said in sorted(shapes, key=lambda said: [name not in said for name in CONDITIONS])
        ]

    def decided(self, facts: Facts, of_types: Container[str] = ()) -> dict[str, Any]:
        """What the rules say of a device: field by field, what the first that says something about it says.

        `of_types` are the device types that say themselves what they are for: a rule that counts less than the one
        that gives the type does not say it otherwise. What a rule says that asks for the floor alone is its `floor`.
        """
        decided: dict[str, Any] = {}
        for names, shape in self._shapes:
            for name, value in shape.get(tuple(facts.get(name) for name in names), ()):
                decided.setdefault(name, value)
            if decided.get("type") in of_types:
                decided.setdefault("category", None)
        return decided


def _said(rule: HomeseerRule, asked: tuple[str, ...]) -> tuple[tuple[str, Any], ...]:
    of_floor = set(asked) <= {"floor", "site"}
    return tuple(("floor" if of_floor and name == "zone" else name, getattr(rule, name)) for name in results(rule))


def _keys(rule: HomeseerRule, said: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """The values that a device may have to fit a rule."""
    ways = []
    for name in said:
        value = getattr(rule.when, name)
        values = value if name in _LISTS else (value,)
        ways.append(list(dict.fromkeys(_compared(name, each) for each in values)))
    yield from product(*ways)


def _compared(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return compared_type(value) if name == "type_strings" else compared(value)
    return value
