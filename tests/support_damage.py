"""Inventories that are nearly right: a valid one, with damage to its values, its text and its bytes."""

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

from support_strategies import Tree, tree
from support_values import NAUGHTY, likely
from support_writing import Writer, split, with_defaults

PIECES = (
    b"\x00", b"\xff\xfe", b"\xc3", b"\x1b[31m", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"\r", b"\n", b"\n\n", b"\t", b" ",
    b"  ", b"'", b'"', b"{", b"}", b"[", b"]", b",", b":", b": ", b"- ", b"#", b"|", b">", b"&a ", b"*a", b"!t ", b"%",
    b"@", b"`", b"? ", b"---\n", b"...\n", b"<<: ", b"<<<<<<< HEAD\n", b"\\", b"\\x00", b"null", b"true", b"1e999",
    b"password: hunter2hunter2\n", b"https://u:hunter2hunter2@h/", b"defaults:\n", b"devices:\n", b"\xf0\x9f\x98\x80",
    b"A" * 300, b"9" * 5000, b"[" * 50, b"\xc2\x85", b"::error::x", b"../..", b"\xed\xa0\x80",
)  # fmt: skip
_VALUES: tuple[Any, ...] = (
    None, "", " x", "x" * 11_000, [], {}, ["x"], {"x": "y"}, {"x": None}, [[["x"]]], "10.0.0.256", "10.0.0.1/8",
    "fe80::1%eth0", "ff:ff:ff:ff:ff:ff", "a/b", "o0/s0/d0", "s0/d0", "d0", "n0", "vpn", "c0", "z0", "0", "-1", "4095",
    "2024-02-30", "2024-02-29", "9" * 400, "javascript:x", "XX", "Europe/Nowhere", "\u202e", "a\nb", "yes", "maybe",
)  # fmt: skip


def damaged(seed: int, size: int = 40) -> dict[str, bytes]:
    """The files of an inventory with a few faults, of one sort or of several."""
    chance = Random(seed)
    documents = spoilt(chance, tree(seed, size, chance.randrange(10)))
    files = {path: Writer(chance).document(document) for path, document in documents.items()}
    for _ in range(chance.choice([0, 1, 1, 3]) if files else 0):
        path = chance.choice(sorted(files))
        files[path] = broken(chance, files[path])
    if files and likely(chance, 0.1):
        path = chance.choice(sorted(files))
        files[chance.choice(["x.yaml", "Bad Name/x.yaml", "catalog/deep/x.yml", "o0/x.yaml", f"o0/{path}"])] = files[
            path
        ]
    return files


def spoilt(chance: Random, documents: Tree) -> Tree:
    """The same in other files, with some wrong values and keys."""
    made = copy.deepcopy(with_defaults(chance, split(chance, documents)))
    for _ in range(chance.choice([0, 1, 1, 2, 5])):
        _spoil(chance, made)
    return made


def broken(chance: Random, data: bytes) -> bytes:
    """Bytes with a piece left out, put in, doubled, or from another place."""
    at, to = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    to = min(to, at + chance.choice([1, 3, 30, 3000]))
    piece = chance.choice([chance.choice(PIECES), chance.randbytes(chance.randrange(4)), data[at:to]])
    lines = data.splitlines(keepends=True)
    chance.shuffle(lines)
    before, inside, after = data[:at], data[at:to], data[to:]
    doubled = before + inside * 2 + after
    changed = [before + after, before + piece + inside + after, before + piece + after, before, doubled]
    return chance.choice([*changed, b"".join(lines)])


def _spoil(chance: Random, documents: Tree) -> None:
    """Another value, another key, or a value of somewhere else."""
    places = list(_mappings(documents))
    if not places:
        return
    group = chance.choice(places)
    key = chance.choice(list(group))
    alike = [other[key] for other in places if key in other]
    new = chance.choice(alike if likely(chance, 0.4) else [*_VALUES, *NAUGHTY, chance.choice(places)])
    if likely(chance, 0.3):
        other = chance.choice(["nmae", "password", "device_type", "x", "", "e\u0301", "slug", "renamed_from", "waive"])
        group[other] = group.pop(key) if likely(chance, 0.5) else copy.deepcopy(new)
    else:
        group[key] = copy.deepcopy(new)


def _mappings(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping that is not empty, in any depth."""
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        if isinstance(item, dict) and item:
            yield item
        yield from _mappings(item)
