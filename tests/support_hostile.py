"""Inputs made to hurt: each is validated by a process of its own, whose time and memory count.

What a case folder cannot hold is here: sizes, depths, links, pipes, names that no text can say.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from support_cases import FILE, OWNERS
from support_embedded import REPOSITORY

SECONDS, MEGABYTES = 2.0, 512
Files = dict[str, str | bytes]


@dataclass(frozen=True)
class Hostile:
    """A named input, and the first finding of `validate`: `things.yaml:1:21 too-deep`, or nothing."""

    name: str
    files: Callable[[], Files]
    first: str
    links: tuple[tuple[str, str], ...] = ()


def _text(name: str, text: Callable[[], str | bytes], first: str) -> Hostile:
    return Hostile(name, lambda: {FILE: text()}, f"things.yaml:{first}" if first else "")


def _device(fields: str) -> str:
    return f"devices:\n  nas:\n    name: NAS\n    type: nas\n{fields}"


def _devices(count: int, fields: str = "name: D, type: x") -> str:
    return "devices:\n" + "".join(f"  d{at}: {{{fields}}}\n" for at in range(count))


def _fields(count: int, indent: int) -> str:
    return "".join(f"{' ' * indent}k{at}: value {at}\n" for at in range(count))


_MARKS = "\u0315\u0300"
"""Two combining marks that Unicode's normal form sorts: it takes the square of their number."""

TEXTS = (
    _text("aliases of aliases", lambda: "a: &a [x, x]\n" + "".join(
        f"{chr(98 + at)}: &{chr(98 + at)} [{', '.join([f'*{chr(97 + at)}'] * 9)}]\n" for at in range(9)),
        "1:1 unknown-kind"),
    _text("merges of merges", lambda: "k0: &k0 {x: 1}\n" + "".join(
        f"k{at + 1}: &k{at + 1} {{<<: [{', '.join([f'*k{at}'] * 10)}]}}\n" for at in range(9)), "1:5 anchor"),
    _text("30,000 brackets, closed", lambda: "[" * 30_000 + "]" * 30_000, "1:21 too-deep"),
    _text("100,000 brackets", lambda: "[" * 100_000, "1:21 too-deep"),
    _text("100,000 brackets behind a key", lambda: "a: " + "[" * 100_000, "1:23 too-deep"),
    _text("100,000 braces", lambda: "{a: " * 100_000, "1:81 too-deep"),
    _text("100,000 dashes", lambda: "- " * 100_000, "1:41 too-deep"),
    _text("100,000 question marks", lambda: "? " * 100_000, "1:3 key-not-text"),
    _text("a staircase of keys", lambda: "".join(f"{' ' * at}k:\n" for at in range(1_400)), "21:21 too-deep"),
    _text("base 60, 60 kB", lambda: _device(f"    serial: {'1:' * 30_000}1\n"), "5:13 bad-text"),
    _text("base 60, 200 kB", lambda: _device(f"    serial: {'1:' * 100_000}1\n"), "5:13 bad-text"),
    _text("base 60, 2 MB", lambda: _device(f"    serial: {'1:' * 1_000_000}1\n"), "1:1 too-big"),
    _text("a comment of 10 MB", lambda: "#" * 10_000_000, "1:1 too-big"),
    _text("a comment of 1 MB", lambda: "#" * 1_000_000, ""),
    _text("a comment of signs", lambda: "zones:\n# " + "]#" * 500_000, ""),
    _text("comments without a space", lambda: "a: [" + "'b',#\n" * 150_000 + "]", "1:1 unknown-kind"),
    _text("20,000 keys of one hash", lambda: "".join(f"{at * (2**61 - 1)}: x\n" for at in range(20_000)),
          "1:1 unknown-kind"),
    _text("a tag of 1 MB", lambda: f"a: !{'x' * 1_000_000} b", "1:1 unknown-kind"),
    _text("an anchor of 1 MB", lambda: f"a: &{'x' * 1_000_000} b", "1:1 unknown-kind"),
    _text("70,000 keys", lambda: "".join(f"key-{at}: x\n" for at in range(70_000)), "1:1 unknown-kind"),
    _text("60,000 unknown fields", lambda: _device("".join(f"    f{at}: x\n" for at in range(60_000))),
          "5:5 unknown-field"),
    _text("60,000 unknown fields in a line", lambda: "devices: {nas: {" + ", ".join(
        f"f{at}: x" for at in range(60_000)) + "}}", "1:11 missing-field"),
    _text("200,000 times the same key", lambda: "a: 1\n" * 200_000, "2:1 duplicate-key"),
    _text("a text of 10 MB", lambda: f"a: {'x' * 10_000_000}", "1:1 too-big"),
    _text("a text of 1 MB", lambda: f"a: {'x' * 1_000_000}", "1:1 unknown-kind"),
    _text("a text in quotes that never end", lambda: "a: '" + "x\n" * 500_000, "1:4 syntax"),
    _text("20,000 %TAG", lambda: "".join(f"%TAG !e{at}! x\n" for at in range(20_000)) + "---\na: b", "1:1 directive"),
    _text("300,000 values", lambda: "zones: [" + "a," * 300_000 + "]", "1:8 too-big"),
    _text("1,000,000 bad characters", lambda: "\x01" * 1_000_000, "1:1 bad-character"),
    _text("100,000 escapes", lambda: _device("    serial: \"" + "\\x41" * 60_000 + "\"\n"), "5:13 bad-text"),
    _text("a key of combining marks", lambda: f"? a{_MARKS * 100_000}\n: b\n", "1:3 too-big"),
    _text("a text of combining marks", lambda: _device(f"    hostname: a{_MARKS * 10_000}\n"), "5:15 bad-text"),
    _text("a line of 1 MB with a fault at its end", lambda: "zones: {" + ", ".join(
        f"z{at}: {{name: Zone {at}}}" for at in range(30_000)) + ", z: {nmae: Z}}", "1:817789 missing-field"),
    _text("a number of 60,000 digits", lambda: _device(f"    metadata: {{a: {'9' * 60_000}}}\n"), "5:19 bad-number"),
    _text("a VLAN of 60,000 digits", lambda: f"vlans:\n  a: {{name: A, vlan_id: {'9' * 60_000}}}", "2:25 bad-integer"),
    _text("a price of 60,000 digits", lambda: _device(f"    purchase_price: 1.{'0' * 60_000}1\n"), "5:21 bad-number"),
    _text("wrong defaults for many", lambda: "defaults: {devices: {" + ", ".join(
        f"f{at}: x" for at in range(20_000)) + "}}\n" + _devices(20_000), "1:22 unknown-field"),
    _text("long defaults for many", lambda: f"defaults:\n  devices:\n    metadata:\n{_fields(20_000, 6)}" + _devices(
        10_000, "name: D, type: x, metadata: {a: b}"), "2:3 too-big"),
    _text("a circle of 10,000 zones", lambda: "zones:\n" + "".join(
        f"  z{at}: {{name: Z, parent: z{(at + 1) % 10_000}}}\n" for at in range(10_000)), "2:25 zone-cycle"),
    _text("the same addresses 5,000 times", lambda: "networks: {lan: {name: LAN, cidr: 10.0.0.0/8}}\n" + _devices(
        5_000, "name: D, type: x, network: lan, ip: 10.0.0.1, mac: 001122334455, serial: S, hostname: h"),
        "4:44 duplicate-ip"),
    _text("10,000 networks in each other", lambda: "networks:\n" + "".join(
        f"  n{at}: {{name: N, cidr: 10.0.0.0/{8 + at % 20}}}\n" for at in range(10_000)), "3:23 network-overlap"),
    _text("unknown references", lambda: "zones:\n" + "".join(
        f"  zone-{at}: {{name: Z, parent: zine-{at}}}\n" for at in range(20_000)), "2:29 unknown-reference"),
    _text("15,000 secrets in a line", lambda: "zones: {a: {name: A, metadata: {" + ", ".join(
        f"x{at}-token: y" for at in range(15_000)) + "}}}", "1:33 secret"),
    _text("almost a link with a password", lambda: "# " + "a://b:" * 150_000, ""),
    _text("almost a private key", lambda: "# " + "-----BEGIN " * 90_000, ""),
    _text("almost a secret", lambda: "zones: [token\n" + "a " * 400_000, "1:8 syntax"),
    _text("conflict markers", lambda: "=======\n" * 100_000, "1:1 merge-conflict"),
    _text("UTF-16 of 1 MB", lambda: ("a: b\n" * 100_000).encode("utf-16"), "1:1 not-utf8"),
    _text("noise", lambda: bytes(at * 7919 % 256 for at in range(1_000_000)), "1:2 not-utf8"),
    _text("waivers", lambda: "zones:\n  a: {name: A, waive: {" + ", ".join(
        f"w{at}: x" for at in range(30_000)) + "}}\n", "2:24 unknown-rule"),
)  # fmt: skip

_NASTY = (
    "a-" * 20_000, "a." * 20_000, "1." * 20_000, ":" * 40_000, "a" * 40_000 + "!", "http://" + "a/" * 20_000 + " ",
    "../" * 13_000, "0" * 40_000, "x@" * 20_000, " ".join(["a"] * 20_000), "Z/" * 20_000,
)  # fmt: skip


def _every_field() -> Files:
    """Long texts that patterns with a weakness would take for ever to refuse, in every field of a device."""
    from invgit.model.spec import specs

    fields = [field for field in specs()["device"].declarable if field.base in {"scalar", "ref", "choice"}]
    files: Files = {}
    for number, text in enumerate(_NASTY):
        for at in range(0, len(fields), 20):
            some = "".join(f"    {field.name}: {_in_shape(field.many, text)}\n" for field in fields[at : at + 20])
            files[f"home/house/{number}-{at}.yaml"] = f"devices:\n  d{number}-{at}:\n{some}"
    return files


def _in_shape(many: str, text: str) -> str:
    quoted = json.dumps(text)
    return {"one": quoted, "list": f"[{quoted}]", "map": f"{{a: {quoted}}}"}[many]


TREES = (
    Hostile("5,000 files", lambda: {
        f"home/house/{at}.yaml": f"devices: {{d{at}: {{name: D, type: x}}}}" for at in range(5_000)}, ""),
    Hostile("40 folders deep", lambda: {f"home/house/{'d/' * 40}x.yaml": "zones: {}"}, "d/:1:1 too-deep"),
    Hostile("2,000 files that cannot be read", lambda: {f"home/house/{at}.yaml": "a: [" for at in range(2_000)},
            "0.yaml:1:5 syntax"),
    Hostile("long texts in every field", _every_field, "0-0.yaml:3:11 bad-text"),
    Hostile("a long type for many", lambda: {
        "catalog/c.yaml": f"device_types:\n  x:\n    name: X\n    metadata:\n{_fields(40_000, 6)}",
        FILE: _devices(20_000)}, "c.yaml:2:3 too-big"),
    Hostile("a wrong type for many", lambda: {
        "catalog/c.yaml": f"device_types:\n  x:\n    name: X\n    links:\n{_fields(20_000, 6)}",
        FILE: _devices(20_000)}, "c.yaml:5:11 bad-url"),
    Hostile("a long name of a file", lambda: {f"home/house/{'a' * 240}.yaml": "zones: {}"}, ""),
    Hostile("a link to what never ends", dict, "x.yaml:1:1 not-regular", (("home/house/x.yaml", "/dev/zero"),)),
    Hostile("a link to secrets", dict, "x.yaml:1:1 not-regular", (("home/house/x.yaml", "/proc/self/environ"),)),
    Hostile("a link to the folder above", dict, "up:1:1 not-regular", (("home/house/up", ".."),)),
    Hostile("links in a circle", dict, "a.yaml:1:1 not-regular",
            (("home/house/a.yaml", "b.yaml"), ("home/house/b.yaml", "a.yaml"))),
    Hostile("a pipe", dict, "x.yaml:1:1 not-regular", (("home/house/x.yaml", "|"),)),
)  # fmt: skip

HOSTILE = (*TEXTS, *TREES)


@dataclass(frozen=True)
class Measured:
    """How the process of a hostile input ended: its exit code, first finding, CPU seconds, peak memory, output."""

    code: int
    first: str
    seconds: float
    megabytes: int
    out: str

    def faults(self, wanted: Hostile) -> list[str]:
        """What is not as it has to be."""
        found = []
        if self.first != wanted.first:
            found.append(f"says {self.first or 'nothing'}, not {wanted.first or 'nothing'}")
        if self.code != (1 if wanted.first else 0) or "Traceback" in self.out:
            found.append(f"ended with {self.code}: {self.out[-500:]}")
        if self.megabytes > MEGABYTES:
            found.append(f"{self.megabytes} MB")
        if len(self.out) > 100_000:
            found.append(f"{len(self.out)} characters to read")
        return found


_FIRST = re.compile(r"^error\[([\w-]+)\]: .*\n  --> (.+)$", re.MULTILINE)


def measure(hostile: Hostile) -> Measured:
    """Validate the input in a process that may not take more memory than is allowed, by far."""
    with tempfile.TemporaryDirectory() as folder:
        inventory = Path(folder, "inventory")
        for path, content in {**OWNERS, **hostile.files()}.items():
            target = inventory / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        for path, leads in hostile.links:
            os.mkfifo(inventory / path) if leads == "|" else (inventory / path).symlink_to(leads)
        return _run(folder, hostile)


_SMALL = """
import json, os, resource, subprocess, sys
limit, out = map(int, sys.argv[1:3])
allowed = lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
child = subprocess.Popen(sys.argv[3:], stdin=subprocess.DEVNULL, stdout=out, stderr=out, preexec_fn=allowed)
_, status, used = os.wait4(child.pid, 0)
print(json.dumps([os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss // 1024]))
"""
"""A small process in between: to Linux the peak of a process is at least what its parent had when it was made."""


def _run(folder: str, hostile: Hostile) -> Measured:
    limit = str(2 * MEGABYTES * 2**20)
    with tempfile.TemporaryFile() as out:
        words = [limit, str(out.fileno()), sys.executable, "-m", "invgit", "-C", folder, "validate"]
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), "SOURCE_DATE_EPOCH": "1767225600"}
        done = subprocess.run(
            [sys.executable, "-S", "-c", _SMALL, *words],
            env=environment,
            pass_fds=[out.fileno()],
            capture_output=True,
            check=True,
        )
        code, seconds, megabytes = json.loads(done.stdout)
        out.seek(0)
        text = out.read().decode("utf-8", "replace")
    found = _FIRST.search(text)
    first = ""
    if found:
        folder, _, name = found[2].rpartition("/")
        first = f"{name if name[0] != ':' else folder.rpartition('/')[2] + '/' + name} {found[1]}"
    return Measured(code, first, seconds, megabytes, text)
