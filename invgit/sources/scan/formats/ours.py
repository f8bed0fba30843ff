"""A scan file of invgit itself, as `network scan --out` and its scripts for other systems write it."""

import json
import re

from invgit.errors import BrokenFile
from invgit.model.scans import Scan
from invgit.sources.scan import document
from invgit.sources.scan.formats.given import Format, Given

_HEAD = re.compile(r'"format"\s*:\s*"invgit-scan/')
_HALVES = re.compile(r"\\u[dD][89abAB]")


def _read(given: Given) -> Scan:
    text = given.text
    if _HALVES.search(text) and given.json is not None:  # JSON's way to write what is beyond U+FFFF; YAML has another
        text = json.dumps(given.json, ensure_ascii=False, indent=2)
    scan = document.read(text.encode("utf-8", "surrogatepass"), given.name)
    if not scan.hosts:
        looked = f": {len(scan.networks)} networks were looked at, and nobody was there" if scan.networks else ""
        raise BrokenFile(f"{given.name}: the scan has no hosts{looked}")
    return scan


FORM = Format("invgit", "a scan file of invgit", lambda given: _HEAD.search(given.text[:4000]) is not None, _read)
