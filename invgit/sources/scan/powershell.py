"""Windows: what a script of ours finds there by Windows' own means. Other systems have other methods."""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from invgit.errors import BrokenFile, SourceError
from invgit.model.scans import Scan
from invgit.paths import SCRIPTS
from invgit.sources.scan.document import read
from invgit.sources.scan.machine import Network
from invgit.sources.scan.programs import found, run
from invgit.sources.scan.targets import MOST_ADDRESSES

NAME = "powershell"
_SCRIPT = "Scan-Network.ps1"
_SECONDS, _PER_ADDRESS = 120, 0.1


def look(networks: Sequence[Network], *, quick: bool) -> Scan:
    """What the script finds on IPv4 networks. Raises SourceError where this is no Windows, or it fails."""
    if sys.platform != "win32":
        help = "--method neighbours asks by this system's means; a file that the script wrote elsewhere can be imported"
        raise SourceError("the method powershell is for Windows", help=help)
    path = found("powershell") or found("pwsh")
    if not path:
        raise SourceError("PowerShell is not installed", help="is %SystemRoot%\\System32\\WindowsPowerShell on PATH?")
    seconds = _SECONDS + _PER_ADDRESS * sum(each.num_addresses for each in networks)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "scan.json")
        said = run([path, *arguments(networks, file, quick=quick)], seconds)
        if said.code or not file.is_file():
            why = said.trouble or f"exit code {said.code}"
            help = f"run scripts/{_SCRIPT} by hand: it says more; its file can be imported"
            raise SourceError(f"PowerShell failed: {why}", help=help)
        try:
            return read(file.read_bytes(), "what PowerShell found")
        except BrokenFile as error:
            raise SourceError(error.message, help="is PowerShell 5.1 or newer?") from error


def arguments(networks: Sequence[Network], file: Path, *, quick: bool) -> list[str]:
    """Those of PowerShell, for both 5.1 and 7."""
    options = ["-NoProfile", "-NonInteractive", "-ExecutionPolicy", "RemoteSigned", "-File", str(SCRIPTS / _SCRIPT)]
    asked = ["-Network", ",".join(map(str, networks)), "-OutFile", str(file)]
    large = any(
        each.num_addresses > MOST_ADDRESSES for each in networks
    )  # who asks for such was asked whether that is meant
    return [*options, *asked, *(["-Quick", "-NoNames"] if quick else []), *(["-Large"] if large else [])]
