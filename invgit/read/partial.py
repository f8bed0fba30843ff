"""A device with a fault takes part in what rules compare, with the values that are right: all errors at once."""

from collections.abc import Iterable, Mapping
from typing import Any

from invgit.model.entity import Values
from invgit.model.kinds import Device
from invgit.model.spec import KindSpec
from invgit.model.values import Fault, check

_DECIDES = {
    "network": {"ip", "ip6", "zwave_node_id"},
    "ip_from": {"ip", "ip6"},
    "zwave_home_id": {"zwave_node_id"},
    "usage_status": {"warranty_expiry"},
}
"""Values that mean something else where the deciding one is not known."""
_UNKNOWN = {"name": "?", "type": "?"}
"""What every device has, and no rule looks at."""


def in_part(spec: KindSpec, plain: Mapping[str, Any], faults: Iterable[Fault]) -> Values | None:
    """A device without its wrong values, and without those that hang on them; None where little can be said of it.

    Devices alone: what is wrong with a network says something about all that is in it. Nor one with waivers: whether
    they have an effect would depend on what is left out.
    """
    if spec.cls is not Device or plain.get("waive"):
        return None
    wrong = {str(step) for fault in faults for step in fault.path[:1]}
    lost = wrong.union(*(_DECIDES[name] for name in wrong & _DECIDES.keys()))
    rest = {name: value for name, value in plain.items() if name not in lost}
    return check(spec, _UNKNOWN | rest)[0]
