"""Classes of fields: what kinds are made of, and groups of fields within them."""

from collections.abc import Callable
from functools import cache
from typing import Any, NoReturn, TypeVar

EMPTY: dict[str, Any] = {}
"""The default of a field that holds a mapping. All that say nothing share it: nobody changes it."""
T = TypeVar("T")


class Fields:
    """Values in normal form, under the names of the class's annotations. They do not change.

    An object keeps what somebody said (`vars` of it), and what nobody said is the class's own default: a device takes
    the room of what is said of it, not of its seventy fields. It has no methods: their names are free for fields.
    """

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a {type(self).__name__} does not change: {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a {type(self).__name__} does not change: {name}")


F = TypeVar("F", bound=Fields)


def made(cls: type[F], said: dict[str, Any]) -> F:
    """The object that keeps these values, by attribute; they are in normal form already, nothing is checked."""
    new = object.__new__(cls)
    object.__setattr__(new, "__dict__", said)
    return new


def made_alike(cls: type[F], said: dict[str, Any]) -> F:
    """The same, of what is said otherwise than the class has it: objects with equal values are kept equally."""
    return made(cls, {name: value for name, value in said.items() if value != getattr(cls, name, ...)})


def per_class(function: Callable[[type[Any]], T]) -> Callable[[type[Any]], T]:
    """`functools.cache` for what is made once of each class; to mypy, classes are not hashable."""
    return cache(function)  # type: ignore[return-value] # it is one
