"""Any hosts that a wire could have, beside devices of all sorts."""

from typing import Any

from hypothesis import strategies as st
from support_wire import CAM, MADE_UP, NAS, STRANGER, TV, VRRP, host

from invgit.model.scans import Host

MACS = [NAS, CAM, TV, STRANGER, MADE_UP, VRRP, "02:42:ac:00:00:02", "92:c9:7c:00:00:02"]
IPS = ["10.0.0.1", "10.0.0.5", "10.0.0.6", "10.0.0.7", "10.0.0.50", "10.0.0.150", "10.0.20.5", "192.0.2.1", "fd00:1::5"]
NAMES = ["nas", "NAS.lan.", "cam", "tv", "10.0.0.5", "-", "", "\u202eevil\x1b[31m", "x" * 300, "localhost"]
MESSY = (
    "defaults: {devices: {network: lan}}\n"
    "devices:\n"
    "  nas: {name: NAS, type: nas, mac: a0:1e:0b:00:00:01, ip: 10.0.0.5, ip6: 'fd00:1::5', hostname: nas}\n"
    "  cam: {name: Camera, type: camera, ip: 10.0.0.6, interfaces: {eth1: {network: iot, ip: 10.0.20.5}}}\n"
    "  tv: {name: TV, type: tv, hostname: tv}\n"
    "  old: {name: Old, type: nas, ip: 10.0.0.7, usage_status: retired}\n"
    "reservations: {spare: {network: lan, ip: 10.0.0.50}}\n"
)


@st.composite
def hosts(draw: st.DrawFn) -> Host:
    ip, mac = draw(st.none() | st.sampled_from(IPS)), draw(st.none() | st.sampled_from(MACS))
    more: dict[str, Any] = {
        "state": draw(st.sampled_from(["up", "up", "unsure", "listed"])),
        "reserved": draw(st.booleans()),
        "seen": draw(st.none() | st.sampled_from(["2026-05-01T00:00:00Z", "2027-05-01T00:00:00Z"])),
        "name": draw(st.none() | st.sampled_from(NAMES)),
        "vendor": draw(st.none() | st.sampled_from(["Acme", "Acme Inc."])),
        "uplink": draw(st.none() | st.sampled_from([{"mac": NAS, "port": "1"}, {"mac": TV, "wireless": True}])),
    }
    return host(ip, mac, draw(st.none() | st.sampled_from(NAMES)), **more)
