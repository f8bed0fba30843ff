"""The fields of devices that a source may be said to own."""

from typing import Annotated

from invgit.model.kinds.device import Device
from invgit.model.marks import Scalar
from invgit.model.scalars import shown, wrong
from invgit.model.spec import record_fields

_OWNABLE = tuple(field.name for field in record_fields(Device) if not field.derived and not field.directive)


def _ownable(name: str) -> str:
    if name not in _OWNABLE:
        from invgit.model.values import did_you_mean

        meant = did_you_mean(name, _OWNABLE)
        raise wrong("unknown-field", f"`{shown(name)}` is no field of a device{f'; {meant}' if meant else ''}")
    return name


Ownable = Annotated[str, Scalar("a field of a device", "text", {"enum": list(_OWNABLE)}, _ownable, example="name")]
"""What may be said of a device."""


def each_once(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names sorted, each once."""
    return tuple(sorted(set(names)))
