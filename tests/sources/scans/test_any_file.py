"""Any bytes to any reader: a scan that any reader takes, or an error for people; never a traceback, never a hang."""

import json
import random
import time
from datetime import UTC, datetime
from itertools import chain

import pytest
import support_scan_files as files
from hypothesis import example, given
from hypothesis import strategies as st

from invgit.errors import InvgitError
from invgit.sources.scan import document
from invgit.sources.scan.formats import FORMATS, read_hosts
from invgit.text.problem import BAD_CHARACTER

AT = datetime(2026, 3, 31, 18, tzinfo=UTC)
EVERY = list(chain.from_iterable(files.FILES.values()))
PIECES = [
    "\x1b[31m",
    "\u202e",
    "\x00",
    "\x85",
    "\ud83d",
    "\\ud83d",
    '"',
    "{",
    "}",
    "[",
    "9" * 30,
    "\t",
    "&x;",
    "é",
    ":",
    ",",
    "null",
    "\\",
]
FORMS = st.sampled_from([None, *FORMATS])


def reads(data: bytes, format: str | None) -> None:
    error: InvgitError | None = None
    try:
        scan = read_hosts("list", data, AT, format)
    except InvgitError as caught:
        error = caught
    if error:
        assert error.exit_code in {1, 2}
        assert not BAD_CHARACTER.search(error.message)
        assert len(error.message) < 5000
        return
    assert scan.hosts
    text = document.written(scan)
    assert not BAD_CHARACTER.search(text)
    assert document.written(document.read(text.encode(), "list")) == text
    assert document.written(document.merged(scan, scan)) == document.written(document.merged(None, scan))


@given(st.binary(max_size=300), FORMS)
def test_any_bytes(data: bytes, format: str | None) -> None:
    reads(data, format)


@given(st.text(max_size=300), FORMS)
def test_any_text(text: str, format: str | None) -> None:
    reads(text.encode("utf-8", "surrogatepass"), format)


@given(st.sampled_from(EVERY), st.randoms(use_true_random=False), FORMS)
@example(files.OURS.replace("NAS", "\\u001b"), random.Random(0), None)
def test_real_files_with_something_wrong_in_them(text: str, chance: random.Random, format: str | None) -> None:
    for _ in range(chance.randrange(4)):
        at, to = sorted((chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)))
        text = chance.choice(
            [text[:at] + text[to:], text[:at] + chance.choice(PIECES) + text[at:], text[:to] + text[at:]]
        )
    reads(text.encode("utf-8", "surrogatepass"), chance.choice([None, format]))


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["192.0.2.1", "a0:1e:0b:00:00:01"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
KEYS = "mac ip hostname name oui use_fixedip fixed_ip last_seen sw_mac sw_port ap_mac is_wired macAddress ipAddress dst"
KEYS += " lladdr state IPAddress LinkLayerAddress State reservations hw-address ip-address ip-addresses"
ROWS = st.lists(st.dictionaries(st.sampled_from(KEYS.split()), VALUES, min_size=1), max_size=3)


@given(ROWS, st.sampled_from(["unifi", "ip-neigh", "net-neighbor", "kea-conf", None]), VALUES)
def test_json_of_any_shape(rows: list[object], format: str | None, meta: object) -> None:
    reads(json.dumps(rows).encode(), format)
    reads(json.dumps({"meta": meta, "data": rows, "count": meta, "totalCount": meta}).encode(), format)
    reads(json.dumps({"Dhcp4": {"reservations": rows, "subnet4": meta}}).encode(), format)


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_takes_long(name: str) -> None:
    """Repetitions that expressions with several ways to match would take forever for."""
    began = time.process_time()
    for piece in (
        '"',
        '\\"',
        "{",
        "lease 1.1.1.1 {",
        " ",
        "a",
        "0",
        "a:",
        "1.1.1.1 ",
        "/*",
        ",",
        "- ",
        "<a>",
        "[",
        "&#x",
        "? (1.1.1.1) ",
    ):
        for start in ("", "192.0.2.1 ", '{"Dhcp4": ', "  192.0.2.1 ", 'host a { x "'):
            reads((start + piece * (60_000 // len(piece))).encode(), name)
            reads((start + piece * (60_000 // len(piece))).encode(), None)
            reads((start + (piece * 40 + "\n") * 300).encode(), None)
    assert time.process_time() - began < 20
