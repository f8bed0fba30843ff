"""What people are told of: conditions that hold now, in the words of all who find, keep and tell them."""

from dataclasses import dataclass
from typing import Literal, get_args

Condition = Literal["new-devices", "missing-devices", "address-conflict", "failed-run", "late-run", "drift", "warranty"]
CONDITIONS: tuple[Condition, ...] = get_args(Condition)
"""In the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Alert:
    """A condition that holds: what `kind` and `key` name is one and the same for as long as it lasts."""

    kind: Condition
    key: str
    site: str | None
    """Path of the site that it is about."""
    text: str
    """What is so, in a sentence that begins with what it is about. Names in it come from anywhere."""
