"""Clients of a UniFi controller: `stat/sta` and `rest/user` of its old API, `clients` of the integration API."""

from collections.abc import Mapping
from typing import Any

from invgit.errors import BrokenFile
from invgit.model.scans import Scan
from invgit.sources.scan.formats.given import Format, Given
from invgit.sources.scan.rows import Rows, moment, told, uplink

_SIGNS = {"is_wired", "oui", "use_fixedip", "last_seen", "essid", "user_id", "first_seen"}


def _read(given: Given) -> Scan:
    rows = Rows(given.name, "unifi")
    said = given.document
    meta = said.get("meta") if isinstance(said, dict) else None
    if isinstance(meta, dict) and meta.get("rc", "ok") != "ok":
        why = told(meta.get("msg")) or "it does not say why"
        raise BrokenFile(f"{given.name} is no list of clients: UniFi answered with an error, {why}")
    for each in _clients(said):
        if "macAddress" in each or "ipAddress" in each or "connectedAt" in each:
            _new(rows, each)
        else:
            _old(rows, each)
    if isinstance(said, dict):
        _pages(rows, said)
    return rows.scan()


def _old(rows: Rows, said: Mapping[str, Any]) -> None:
    """Somebody as the old API has him: with an address he is connected, without one he was."""
    ip, mac = said.get("ip") or None, said.get("mac") or ""
    fixed = said.get("fixed_ip") if said.get("use_fixedip") is True else None
    known: dict[str, Any] = {
        "hostname": said.get("hostname"),
        "name": said.get("name"),
        "vendor": said.get("oui"),
        "seen": moment(said.get("last_seen")),
        "uplink": (
            uplink(said.get("sw_mac"), said.get("sw_port"))
            if said.get("is_wired")
            else uplink(said.get("ap_mac"), wireless=True)
        ),
    }
    if ip or not fixed:
        rows.add(ip, mac, state="up" if ip else "listed", reserved=bool(ip) and ip == fixed, **known)
    if fixed and fixed != ip:
        rows.add(fixed, mac, state="listed", reserved=True, **known)


def _new(rows: Rows, said: Mapping[str, Any]) -> None:
    """Somebody as the integration API has him, which lists who is connected."""
    mac = said.get("macAddress") or None
    if mac is None:
        rows.skip("without a hardware address, as over a VPN")
    else:
        rows.add(said.get("ipAddress") or None, mac, name=said.get("name"))


def _pages(rows: Rows, said: Mapping[str, Any]) -> None:
    count, total = said.get("count"), said.get("totalCount")
    if isinstance(count, int) and isinstance(total, int) and count < total:
        rows.warnings.append(f"it holds {count:,} of {total:,} clients: the other pages are missing (offset, limit)")


def _clients(said: object) -> list[dict[str, Any]]:
    found = said.get("data") if isinstance(said, dict) else said
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _knows(given: Given) -> bool:
    said = given.json
    if isinstance(said, dict) and isinstance(said.get("data"), list):
        return "meta" in said or "totalCount" in said or any(map(_is_client, _clients(said)[:10]))
    return any(map(_is_client, _clients(said)[:10]))


def _is_client(said: Mapping[str, Any]) -> bool:
    return ("mac" in said and not _SIGNS.isdisjoint(said)) or "macAddress" in said


FORM = Format("unifi", "UniFi: `stat/sta`, `rest/user`, `clients` of the integration API, as JSON", _knows, _read)
