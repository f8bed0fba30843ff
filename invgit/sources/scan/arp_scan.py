"""arp-scan: asks every address of this machine's own networks for its hardware address, with raw packets."""

import os
import sys
from contextlib import suppress
from pathlib import Path

from invgit.errors import SourceError
from invgit.sources.scan.machine import Part
from invgit.sources.scan.programs import found, run
from invgit.sources.scan.rows import Rows
from invgit.text.inert import line

NAME = "arp-scan"
_RAW = 1 << 13
"""CAP_NET_RAW, see capabilities(7)."""
_SECONDS, _PER_ADDRESS = 60, 0.02
_INSTALL = (
    "apt install arp-scan (macOS: brew install arp-scan), or --method neighbours, which needs neither it nor rights"
)


def permitted() -> bool:
    """Whether it is installed, and would be let: as root, or where its file has the right (setcap)."""
    path = found(NAME)
    if not path:
        return False
    if sys.platform == "linux":
        with suppress(OSError):
            return bool(_rights() & _RAW) or bool(os.getxattr(path, "security.capability"))
        return False
    return sys.platform != "win32" and os.geteuid() == 0


def _rights() -> int:
    """What this process may do (proc(5), CapEff)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    return int(next((line.split()[1] for line in lines if line.startswith("CapEff:")), "0"), 16)


def look(parts: list[Part], rows: Rows, *, quick: bool) -> None:
    """Put who answers in rows. Raises SourceError where it is not installed, is not permitted, or fails."""
    path = found(NAME)
    if not path:
        raise SourceError("arp-scan is not installed", help=_INSTALL)
    for part in parts:
        seconds = _SECONDS + _PER_ADDRESS * part.network.num_addresses
        fields = "${ip}\\t${mac}\\t${vendor}"
        options = ("-I", part.interface.name, "-x", "-F", fields, f"--retry={1 if quick else 2}")
        said = run([path, *options, str(part.network)], seconds)
        if said.code:
            why = said.trouble.removeprefix("ERROR: ") or f"exit code {said.code}"
            help = "it needs root (sudo), or `setcap cap_net_raw+ep` on it; --method neighbours needs no rights"
            raise SourceError(f"arp-scan failed on {part.interface.name}: {why}", help=help)
        _read(said.out, part, rows)


def _read(out: bytes, part: Part, rows: Rows) -> None:
    """Put rows of `fields` in rows. Raises SourceError where none is one: that nobody is there has none at all."""
    told = [row for row in out.decode("utf-8", "replace").splitlines() if row.strip()]
    hosts = [words for row in told if len(words := row.split("\t")) == 3]
    if told and not hosts:
        raise SourceError(
            f"arp-scan says nothing on {part.interface.name} that can be read: `{line(told[0])[:80]}`",
            help="is it arp-scan 1.10 or later? --method neighbours needs it not",
        )
    for ip, mac, vendor in hosts:
        rows.add(ip, mac, vendor=None if vendor.startswith("(Unknown") else vendor)
    for row in told:
        if row.count("\t") != 2:
            rows.wrong(row)
