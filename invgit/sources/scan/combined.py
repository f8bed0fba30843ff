"""Several scans or lists as one: what one of them lacks, another may know."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from invgit.model.fields import made_alike
from invgit.model.scans import Host, Scan
from invgit.sources.scan.rows import together


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
    found: dict[tuple[str | None, str | None], Mapping[str, Any]] = {}
    for each in hosts:
        before = found.get((each.ip, each.mac))
        found[each.ip, each.mac] = together(before, vars(each)) if before else vars(each)
    return [made_alike(Host, dict(one)) for one in found.values()]
