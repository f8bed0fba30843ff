"""What a scan did not show: was it looked for, or could it not have been seen?"""

from collections.abc import Collection, Mapping

from invgit.model.findings import Remembered
from invgit.sources.scan.matching import Matching
from invgit.sources.scan.ports import Port


def looked_for(matching: Matching, port: Port) -> bool:
    """Whether a port would have been seen if it were there: at its addresses, else anywhere in its network."""
    if port.spots:
        return any(matching.coverage.asked(ip) for _, ip in port.spots)
    return port.values.mac is not None and _all_of(matching, port.values.network)


def beyond(known: Mapping[str, Remembered], seen: Collection[str], matching: Matching) -> frozenset[str]:
    """The keys of what was not seen, and was not looked for either."""
    return frozenset(key for key, each in known.items() if key not in seen and not _asked_for(key, each, matching))


def _asked_for(key: str, remembered: Remembered, matching: Matching) -> bool:
    sort, _, name = key.partition(":")
    if sort == "uplink":  # only some lists have these, and lists cover nothing: the silence of a scan says nothing
        return False
    if sort == "conflict":
        return matching.coverage.asked(name)
    if sort == "mac" and last_ip(remembered) in matching.bare:
        return False
    described = matching.ports.all_of(remembered.address) if remembered.address else []
    own = [port for port in described if sort == "mac" and port.values.mac == name] or described
    if sort == "mac" and any(ip in matching.bare for port in own for _, ip in port.spots):
        return False  # somebody is there, who did not show the MAC
    if any(ip in matching.contested for port in own for _, ip in port.spots):
        return False  # who answers in its place may be itself with another card: that is told, and people decide
    if any(port.spots or port.values.network for port in own):
        return any(looked_for(matching, port) for port in own)
    if sort == "ip":
        return matching.coverage.asked(name)
    if ip := last_ip(remembered):
        return matching.coverage.asked(ip)
    network = _last(remembered, "network")
    return network is not None and _all_of(matching, network)


def last_ip(remembered: Remembered) -> str | None:
    """The address that was last said of a thing."""
    return _last(remembered, "ip")


def _last(remembered: Remembered, name: str) -> str | None:
    said = {**remembered.agreed, **remembered.offered}
    found = (value for path, value in said.items() if path.rpartition(".")[2] == name and isinstance(value, str))
    return next(found, None)


def _all_of(matching: Matching, network: str | None) -> bool:
    blocks = matching.ports.blocks(network)
    return bool(blocks) and all(map(matching.coverage.asked_all, blocks))
