"""What a MAC address tells: of what sort it is, and who made the device.

Names of vendors are for people: registries word one vendor differently, and change their words.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from invgit.model.addresses import is_local
from invgit.text.problem import BAD_CHARACTER

Sort = Literal["global", "virtual", "virtual-router", "randomised", "multicast"]
WORDS: Mapping[Sort, str] = {
    "global": "registered",
    "virtual": "virtual machine or container",
    "virtual-router": "virtual router",
    "randomised": "locally administered (likely randomised)",
    "multicast": "multicast",
}
"""Each sort as people are told of it. Nobody can see of a locally administered address that it is made anew: some
devices have one for good.
"""
_ROUTERS = (
    "00:00:5e:00:01:", "00:00:5e:00:02:",  # VRRP for IPv4 and IPv6 (RFC 9568, 7.3), CARP
    "00:00:0c:07:ac:",  # HSRP (RFC 2281, 5.1)
    "00:00:0c:9f:f", "00:05:73:a0:0",  # HSRP version 2 for IPv4 and IPv6 (Cisco's FHRP configuration guide)
    "00:07:b4:00:",  # GLBP (the same)
)  # fmt: skip
_VIRTUAL = (
    "52:54:00:",  # QEMU and libvirt
    "02:42:",  # Docker, where it makes them of the address
    "0a:00:27:",  # VirtualBox, host-only adapters
)
HWDB = tuple(Path(folder, "udev/hwdb.d/20-OUI.hwdb") for folder in ("/usr/lib", "/lib"))
"""What systemd has of the IEEE's registries: blocks of 28 and 36 bits too."""
_ENTRY = re.compile(rb"^OUI:([0-9A-F]{6,9})\*\n ID_OUI_FROM_DATABASE=(.*)$", re.MULTILINE)
_NOBODY = frozenset({"IEEE Registration Authority", "Private"})
"""A block that is given away in smaller ones; one whose owner does not want to be known."""
_LONGEST = 100


def sort(mac: str) -> Sort:
    """Of what sort an address is, in normal form; its first octets are enough.

    `global` ones are the device's own, as long as nobody forges them; `virtual-router` are of an address, whichever
    device has it. Bits I/G and U/L are those of IEEE 802.
    """
    if int(mac[:2], 16) & 1:
        return "multicast"
    said = f"{mac}:"
    if said.startswith(_ROUTERS):
        return "virtual-router"
    if not is_local(mac):
        return "global"
    return "virtual" if said.startswith(_VIRTUAL) else "randomised"


@cache
def vendors() -> Callable[[str], str | None]:
    """Who made the device with an address in normal form, as far as this machine knows; its first octets are enough.

    Only a `global` address tells. Registries are read at the first question; one that is not there, or broken, knows
    nobody.
    """
    return known_by(HWDB)


def known_by(files: Sequence[Path]) -> Callable[[str], str | None]:
    """The same, with the first file of systemd's form that is there."""

    @cache
    def smaller() -> Mapping[str, str]:
        for path in files:
            try:
                return blocks(path.read_bytes())
            except OSError:
                continue
        return {}

    @cache
    def of(mac: str) -> str | None:
        if sort(mac) != "global":
            return None
        if found := _vendor(_listed()(mac)):
            return found
        digits = mac.replace(":", "").upper()
        return next((name for most in (9, 7, 6) if (name := smaller().get(digits[:most]))), None)

    return of


def blocks(data: bytes) -> dict[str, str]:
    """Vendors of a file of systemd's form by the upper-case digits of their blocks: 6, 7 or 9 (hwdb(7))."""
    entries = ((digits.decode(), _vendor(name.decode(errors="replace"))) for digits, name in _ENTRY.findall(data))
    return {digits: name for digits, name in entries if name}


@cache
def _listed() -> Callable[[str], str | None]:
    """Vendors by the first three octets; newer than what distributions have, without smaller blocks."""
    import asyncio
    from struct import error as too_short

    import aiooui

    async def load() -> None:
        # it keeps its failure for others who wait, too; there are none, and the loop would complain of that
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        await aiooui.async_load()

    def vendor(mac: str) -> str | None:
        try:
            return aiooui.get_vendor(mac)
        except ValueError:  # no UTF-8
            return None

    try:
        asyncio.run(load())
    except (OSError, RuntimeError, ValueError, too_short):
        return lambda _: None
    return vendor


def _vendor(said: str | None) -> str | None:
    """One line that any file of ours takes as a manufacturer, or nobody."""
    visible = " ".join(BAD_CHARACTER.sub("", said or "").split())[:_LONGEST].rstrip()
    return visible if visible and visible not in _NOBODY else None
