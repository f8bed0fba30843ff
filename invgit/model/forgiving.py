"""The gate for values that others have written: what differs from ours in spelling only is spelled in our way."""

from typing import Any

from invgit.model.entity import Values
from invgit.model.spec import KindSpec
from invgit.model.values import Fault, check


def forgiven(spec: KindSpec, plain: dict[str, Any]) -> tuple[Values | None, list[Fault]]:
    """As `values.check`, with the values of `plain` corrected in place where no person has to choose."""
    values, faults = check(spec, plain)
    sure = [each for each in faults if each.right is not None and not each.on_key and each.path]
    if values is not None or not sure:
        return values, faults
    for fault in sure:
        holder: Any = plain
        for step in fault.path[:-1]:
            holder = holder[step]
        if hasattr(holder, "__setitem__"):  # not a text that another correction has put there
            holder[fault.path[-1]] = fault.right
    return check(spec, plain)
