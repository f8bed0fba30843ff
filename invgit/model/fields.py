"""Classes of fields: what kinds are made of, and groups of fields within them."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NoReturn, Self, TypeVar

EMPTY: dict[str, Any] = {}
"""The default of a field that holds a mapping. All that say nothing share it: nobody changes it."""
_REQUIRED = object()
T = TypeVar("T")


class Fields:
    """Values in normal form, under the names of the class's annotations. They do not change.

    An object keeps what somebody said. What nobody said, or what was said as the class has it, is the class's own
    default: so equal values are kept equally, and a device takes the room of what is said of it, not of seventy fields.
    """

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """The object with these values, by attribute; they are in normal form already, nothing is checked."""
        made = object.__new__(cls)
        kept = {name: value for name, value in said.items() if value != getattr(cls, name, _REQUIRED)}
        object.__setattr__(made, "__dict__", kept)
        return made

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a {type(self).__name__} does not change: {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a {type(self).__name__} does not change: {name}")


def per_class(function: Callable[[type[Any]], T]) -> Callable[[type[Any]], T]:
    """`functools.cache` for what is made once of each class; to mypy, classes are not hashable."""
    return cache(function)  # type: ignore[return-value] # it is one
