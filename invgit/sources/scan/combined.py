"""Several scans or lists as one: what one of them lacks, another may know."""

from collections.abc import Iterable, Sequence
from typing import Any

from invgit.model.fields import made_alike
from invgit.model.scans import Host, Scan

_STATES = ("up", "unsure", "listed")
"""From what is known best."""


def combined(scans: Sequence[Scan], site: str | None) -> Scan:
    """One scan of a site with all that several say. Of one host at one address the first that says something counts."""
    methods = dict.fromkeys(each.method for each in scans)
    return made_alike(
        Scan,
        {
            "site": site,
            "method": ", ".join(methods)[:50],
            "privileged": any(each.privileged for each in scans),
            "networks": tuple(one for each in scans for one in each.networks),
            "hosts": tuple(_together(one for each in scans for one in each.hosts)),
            "warnings": tuple(one for each in scans for one in each.warnings),
        },
    )


def _together(hosts: Iterable[Host]) -> Iterable[Host]:
    """Hosts, each once: those of one address and one hardware address are one."""
    found: dict[tuple[str | None, str | None], dict[str, Any]] = {}
    for each in hosts:
        one = found.setdefault((each.ip, each.mac), {})
        said = {name: value for name, value in vars(each).items() if value is not None}
        state = min(one.get("state", each.state), each.state, key=_STATES.index)
        seen = max(filter(None, (one.get("seen"), each.seen)), default=None)
        found[each.ip, each.mac] = {**said, **one, "state": state, "seen": seen}
    return [made_alike(Host, one) for one in found.values()]
