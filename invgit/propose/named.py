"""Things by what people call them, and where they stand."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from itertools import chain, islice
from typing import Any

from invgit.propose.seen import Seen, called

LISTED = 5
"""So many of a name are told of."""


def grouped(items: Iterable[Any], key: Callable[[Any], Hashable]) -> dict[Any, list[Any]]:
    """Things by what a key says of them, in their order."""
    found: dict[Any, list[Any]] = defaultdict(list)
    for each in items:
        found[key(each)].append(each)
    return found


class Named:
    """Things by name and zone. What has no zone may stand in any."""

    def __init__(self, items: Iterable[Any], place: Callable[[Any], str | None]) -> None:
        named = [(each.name if isinstance(each, Seen) else called(each.label), place(each), each) for each in items]
        self._all = grouped(named, lambda each: each[0])
        self._placed = grouped(named, lambda each: each[:2])

    def near(self, name: str, zone: str | None) -> list[Any]:
        """Those of a name that may stand in a zone, the first few of them."""
        if zone is None:
            found = iter(self._all.get(name, ()))
        else:
            found = chain(self._placed.get((name, zone), ()), self._placed.get((name, None), ()))
        return [each for _, _, each in islice(found, LISTED)]
