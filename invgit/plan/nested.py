"""What differs inside of nested values, for display: deepdiff finds it, its path language stays here."""

from collections.abc import Iterator
from typing import Any


def nested_changes(before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    """Each inner difference as (path, before, after), sorted by path; a path is `.key` or `[index]`, or empty."""
    from deepdiff import DeepDiff  # 0.2 seconds, which only a nested change should cost

    if type(before) is not type(after):
        yield "", before, after
        return
    tree = DeepDiff(before, after, view="tree", threshold_to_diff_deeper=0)
    levels = [level for found in tree.values() for level in found]
    rows = []
    for level in levels:
        path = "".join(
            f"[{step}]" if isinstance(step, int) else f".{step}" for step in level.path(output_format="list")
        )
        rows.append((path, _there(level.t1), _there(level.t2)))
    yield from sorted(rows, key=lambda row: row[0])


def _there(value: Any) -> Any:
    return None if type(value).__name__ == "NotPresent" else value
