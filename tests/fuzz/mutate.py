"""Bytes that are nearly right: seeds from the cases, cut and joined at random. Coverage guides atheris where it is."""

from collections.abc import Iterator
from functools import cache
from random import Random

from support_cases import CASES
from support_embedded import REPOSITORY
from support_yaml import FILES, inputs

_WORDS = [
    b"devices:", b"site:", b"defaults:", b"zones:", b"networks:", b"name: ", b"type: ", b"network: ", b"waive: ",
    b"interfaces: ", b"metadata: ", b"refs: ", b"dhcp: {from: ", b"cidr: 10.0.0.0/8", b"mac: 001122334455", b"null",
    b": ", b":", b"- ", b"? ", b"\n", b"\r\n", b"\r", b"\n  ", b"\n    ", b"\t", b"{", b"}", b"[", b"]", b", ", b"#",
    b" #", b"'", b'"', b"\\", b"\\x00", b"\\ud800", b"|", b">-", b"&a ", b"*a", b"!t ", b"<<: ", b"%", b"---", b"...",
    b"~", b"true", b"1e400", b"9" * 400, b"\x00", b"\xff", b"\xef\xbb\xbf", "\u202e".encode(), "e\u0301".encode(),
    b"password: x", b"://u:p@h", b"<<<<<<<", b"10.0.0.1", b"fd00::1", b"2026-02-30", b"house/x", b"renamed_from: x",
]  # fmt: skip


@cache
def seeds() -> tuple[bytes, ...]:
    """Every file of the cases and of the example, and the YAML corpus; the largest are left out."""
    files = [*(CASES.rglob("*.y*ml")), *(REPOSITORY / "inventory").rglob("*.yaml")]
    found = [path.read_bytes() for path in sorted(files) if path.is_file()]
    found += [each.data for path in FILES for each in inputs(path)]
    return tuple(data for data in found if len(data) < 8_000)


def inputs_of(seed: int) -> Iterator[bytes]:
    """An endless row of inputs, the same for the same seed."""
    chance = Random(seed)
    while True:
        data = bytearray(chance.choice(seeds()))
        for _ in range(chance.randrange(1, 6)):
            at = chance.randrange(len(data) + 1)
            what = chance.randrange(6)
            if what == 0:
                data[at:at] = chance.choice(_WORDS)
            elif what == 1:
                del data[at : at + chance.randrange(1, 20)]
            elif what == 2 and data:
                data[min(at, len(data) - 1)] = chance.randrange(256)
            elif what == 3:
                other = chance.choice(seeds())
                start = chance.randrange(len(other) + 1)
                data[at:at] = other[start : start + chance.randrange(200)]
            elif what == 4:
                data[at:at] = data[at : at + chance.randrange(100)] * chance.randrange(1, 4)
            else:
                lines = data.split(b"\n")
                chance.shuffle(lines)
                data = bytearray(b"\n".join(lines))
        yield bytes(data)
