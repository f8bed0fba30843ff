"""Networks of namespaces to scan: a scanner, machines that come and go, and no way out of them. Needs root and `ip`.

    with Lab("10.91.4.0/24") as lab:
        lab.add("nas", "a0:1e:0b:00:00:10", "10.91.4.10", "10.91.4.11")
        lab.run(sys.executable, "-m", "invgit", "network", "scan", ...)   # as nobody, or as_root=True
        lab.move("nas", "10.91.4.11", "10.91.4.12")

Nothing is changed in the namespace of the tests: every link is made inside another one, and goes with it.
"""

import ctypes
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address, ip_network
from itertools import count
from pathlib import Path
from typing import Self

import pytest

_NAME = "invgit-lab"
_NUMBERS = count()
_NOBODY = 65534
_CLONE_NEWNET = 0x40000000
SCANNER_MAC = "a0:1e:0b:5c:00:{:02x}"
"""Of the scanner's interfaces `lan0`, `lan1` …, by their number."""
_QUIET = (
    "cd /proc/sys/net/ipv4/conf; for each in all default; do"
    " echo 0 >$each/rp_filter; echo 1 >$each/promote_secondaries; done"
)
_AT_ONCE = "echo 0 >/proc/sys/net/ipv6/conf/default/dad_transmits; echo 0 >/proc/sys/net/ipv6/conf/default/accept_dad"
"""Nobody waits for duplicates of an IPv6 address, an answer may take any way, and no address goes with another one."""
_HURRY = (
    "for each in 4 6; do cd /proc/sys/net/ipv$each/neigh/{}; echo 1000 >base_reachable_time_ms;"
    " echo 1 >delay_first_probe_time; echo 300 >retrans_time_ms; done"
)
"""Who was there is doubted after 0.5 to 1.5 seconds, asked after one more, and given up after 0.9."""


@cache
def why_no_lab() -> str:
    """Why there can be no lab here; empty where there can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "only root can make network namespaces"
    if not shutil.which("ip") or not shutil.which("setpriv"):
        return "needs iproute2 and util-linux"
    name = f"{_NAME}-{os.getpid()}-try"
    tried = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    return tried.stderr.strip() if tried.returncode else ""


def needs(*programs: str) -> None:
    """Skip the test (which is marked `root(mounts=True)`) where there can be no lab, or a program is not installed."""
    missing = [f"{each} is not installed" for each in programs if not shutil.which(each)]
    if why := why_no_lab() or "".join(missing[:1]):
        pytest.skip(why)


def _ip(*arguments: str) -> str:
    return subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True, timeout=20).stdout


def _sh(namespace: str, script: str) -> None:
    command = ["ip", "netns", "exec", namespace, "sh", "-ec", script]
    subprocess.run(command, check=True, capture_output=True, timeout=20)


@dataclass
class Machine:
    """A host of the lab: one interface in a namespace of its own."""

    namespace: str
    mac: str
    network: int
    addresses: list[str] = field(default_factory=list)
    up: bool = True


class Lab:
    """IPv4 networks, each a switch; a scanner with an interface in each, whose address is the last one.

    The scanner's kernel doubts in two seconds what it takes a minute to doubt `as_shipped`. All namespaces share the
    kernel's 1,024 neighbours: who is `as_shipped` is timed, and alone.
    """

    def __init__(self, *networks: str, as_shipped: bool = False) -> None:
        self._as_shipped = as_shipped
        self.networks = [ip_network(each) for each in networks]
        self.machines: dict[str, Machine] = {}
        self._prefix = f"{_NAME}-{os.getpid()}-{next(_NUMBERS)}"
        self.scanner = f"{self._prefix}-scanner"
        self._switch = f"{self._prefix}-switch"

    def __enter__(self) -> Self:
        import fcntl  # which Windows has not, where these files are read, too

        self._lock = Path(tempfile.gettempdir(), f"{_NAME}.lock").open("w")
        fcntl.flock(self._lock, fcntl.LOCK_EX if self._as_shipped else fcntl.LOCK_SH)
        _tidy_up()
        try:
            for namespace in (self.scanner, self._switch):
                self._namespace(namespace)
            for number, network in enumerate(self.networks):
                _ip("-n", self._switch, "link", "add", f"br{number}", "type", "bridge", "stp_state", "0")
                _ip("-n", self._switch, "link", "set", f"br{number}", "up")
                self._plug(self.scanner, f"lan{number}", SCANNER_MAC.format(number), number, f"scan{number}")
                if not self._as_shipped:
                    _sh(self.scanner, _HURRY.format(f"lan{number}"))
                own = f"{self.scanner_ip(number)}/{network.prefixlen}"
                _ip("-n", self.scanner, "addr", "add", own, "dev", f"lan{number}")
        except BaseException:
            self._gone()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._gone()

    def _gone(self) -> None:
        with self._lock:
            for namespace in _namespaces(f"{self._prefix}-"):
                _remove(namespace)

    @staticmethod
    def _namespace(name: str) -> None:
        _ip("netns", "add", name)
        _sh(name, f"{_QUIET}; {_AT_ONCE}")
        _ip("-n", name, "link", "set", "lo", "up")

    def _plug(self, namespace: str, interface: str, mac: str, network: int, port: str) -> None:
        """A cable from a namespace to a switch."""
        ends = ("address", mac, "type", "veth", "peer", "name", port, "netns", self._switch)
        _ip("link", "add", interface, "netns", namespace, *ends)
        _ip("-n", self._switch, "link", "set", port, "master", f"br{network}", "up")
        self._up(namespace, interface)

    @staticmethod
    def _up(namespace: str, interface: str) -> None:
        """A link up, once the kernel says that it carries: it tells so some time later."""
        _ip("-n", namespace, "link", "set", interface, "up")
        end = time.monotonic() + 20
        while " state UP " not in _ip("-n", namespace, "-o", "link", "show", interface) and time.monotonic() < end:
            time.sleep(0.02)

    def scanner_ip(self, network: int = 0) -> str:
        """The scanner's address in a network, by its number."""
        return str(self.networks[network].broadcast_address - 1)

    @property
    def expected(self) -> dict[str, str]:
        """MAC by IPv4 address of all who are up, the scanner too."""
        hosts = {ip: each.mac for each in self.machines.values() if each.up for ip in each.addresses if ":" not in ip}
        return hosts | {self.scanner_ip(number): SCANNER_MAC.format(number) for number in range(len(self.networks))}

    # what happens on the networks

    def add(self, name: str, mac: str, *addresses: str, network: int = 0) -> Machine:
        """Somebody new, with addresses of IPv4 or IPv6 (these in a /64)."""
        machine = Machine(f"{self._prefix}-{name}", mac, network)
        self._namespace(machine.namespace)
        self._plug(machine.namespace, "eth0", mac, network, f"p{len(self.machines)}")
        self.machines[name] = machine
        for each in addresses:
            self._address(machine, "add", each)
            machine.addresses.append(each)
        return machine

    def _address(self, machine: Machine, what: str, address: str) -> None:
        length = 64 if ip_address(address).version == 6 else self.networks[machine.network].prefixlen
        nodad = ["nodad"] if ":" in address and what == "add" else []
        _ip("-n", machine.namespace, "addr", what, f"{address}/{length}", "dev", "eth0", *nodad)

    def address(self, address: str, network: int = 0) -> None:
        """Another address, IPv6 it may be, for the scanner."""
        length = 64 if ":" in address else self.networks[network].prefixlen
        nodad = ["nodad"] if ":" in address else []
        _ip("-n", self.scanner, "addr", "add", f"{address}/{length}", "dev", f"lan{network}", *nodad)

    def vanish(self, name: str) -> None:
        """Out of it without a word: the scanner still knows its address."""
        self.machines[name].up = False
        _ip("-n", self.machines[name].namespace, "link", "set", "eth0", "down")

    def back(self, name: str) -> None:
        """Who had vanished is there again, as it was."""
        machine = self.machines[name]
        machine.up = True
        self._up(machine.namespace, "eth0")
        for each in machine.addresses:
            if ":" in each:  # what a link that goes down takes along
                with suppress(subprocess.CalledProcessError):
                    self._address(machine, "add", each)

    def change_mac(self, name: str, mac: str) -> None:
        """Another network card, with the same addresses."""
        self.vanish(name)
        self.machines[name].mac = mac
        _ip("-n", self.machines[name].namespace, "link", "set", "eth0", "address", mac)
        self.back(name)

    def move(self, name: str, old: str, new: str) -> None:
        """Another address instead of an old one."""
        machine = self.machines[name]
        self._address(machine, "add", new)
        self._address(machine, "del", old)
        machine.addresses[machine.addresses.index(old)] = new

    def no_ping(self, name: str) -> None:
        """It answers no ICMP echo."""
        _sh(self.machines[name].namespace, "echo 1 >/proc/sys/net/ipv4/icmp_echo_ignore_all")

    def silence(self, name: str) -> None:
        """It answers nothing but ARP, as behind a firewall that drops everything."""
        machine = self.machines[name]
        _ip("-n", machine.namespace, "route", "add", "blackhole", f"{self.scanner_ip(machine.network)}/32")

    # what the scanner does

    def run(self, *command: str, as_root: bool = False, **more: object) -> subprocess.CompletedProcess[str]:
        """A program on the scanner: as nobody, who may read these files and has no other right; or as root."""
        rights = "-all,+dac_read_search"
        drop = ("setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups", f"--bounding-set={rights}")
        drop = (*drop, f"--inh-caps={rights}", f"--ambient-caps={rights}")
        whole = ["ip", "netns", "exec", self.scanner, *(() if as_root else drop), *command]
        settings = {"capture_output": True, "text": True, "timeout": 120, **more}
        return subprocess.run(whole, check=False, **settings)

    @staticmethod
    @contextmanager
    def serving(machine: Machine, *command: str) -> Iterator[None]:
        """A program on a machine, as root; it says a line when it is ready."""
        whole = ["ip", "netns", "exec", machine.namespace, *command]
        with subprocess.Popen(whole, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout
                assert server.stdout.readline()
                yield
            finally:
                server.kill()

    def forget(self) -> None:
        """The scanner knows nobody any more."""
        _ip("-n", self.scanner, "neigh", "flush", "all")

    @contextmanager
    def watched(self, network: int = 0) -> Iterator[set[str]]:
        """Whom the scanner asks for or sends to on a network meanwhile: IP addresses, complete when the block ends."""
        found: set[str] = set()
        with self.inside(self._switch, lambda: _listener(f"scan{network}")) as listener:
            yield found
            listener.settimeout(0.2)
            with suppress(TimeoutError):
                while True:
                    found.update(_asked(listener.recv(2048), SCANNER_MAC.format(network)))

    @contextmanager
    def nothing_outside(self) -> Iterator[None]:
        """Nobody sends or asks for an address of the lab on a link of this machine meanwhile."""
        leaked: set[str] = set()
        with _listener("") as listener:
            yield
            listener.setblocking(False)
            with suppress(BlockingIOError):
                while True:
                    leaked.update(_addressed(listener.recv(2048)))
        inside = {each for each in leaked if any(ip_address(each) in network for network in self.networks)}
        assert not inside, inside

    @staticmethod
    @contextmanager
    def inside(namespace: str, make) -> Iterator[socket.socket]:
        """A socket that was made in a namespace: it stays in it, whoever uses it."""
        made: list[socket.socket] = []

        def enter() -> None:
            with Path("/run/netns", namespace).open() as there:
                assert ctypes.CDLL(None, use_errno=True).setns(there.fileno(), _CLONE_NEWNET) == 0
                made.append(make())

        thread = threading.Thread(target=enter)  # a namespace is a thread's own
        thread.start()
        thread.join()
        with made[0] as opened:
            yield opened


def _listener(interface: str) -> socket.socket:
    listener = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    listener.setsockopt(socket.SOL_SOCKET, 33, 64 * 1024 * 1024)  # SO_RCVBUFFORCE: nothing is lost
    if interface:
        listener.bind((interface, 0))
    return listener


_OF_THE_KERNEL = {"ff02::2", "ff02::16"}
"""Whom it tells of itself without being asked: routers (RFC 4861) and who forwards multicasts (RFC 3810)."""


def _asked(frame: bytes, sender: str) -> Iterator[str]:
    """Whom a frame of the sender is meant for."""
    if frame[6:12].hex(":") == sender:
        yield from set(_addressed(frame)) - _OF_THE_KERNEL


def _addressed(frame: bytes) -> Iterator[str]:
    """The IP address that a frame is meant for."""
    if len(frame) > 41:
        kind = struct.unpack("!H", frame[12:14])[0]
        places = {0x0806: (38, 42), 0x0800: (30, 34), 0x86DD: (38, 54)}
        if kind in places:
            yield str(ip_address(frame[slice(*places[kind])]))


def _namespaces(prefix: str) -> list[str]:
    folder = Path("/run/netns")
    return sorted(each.name for each in folder.iterdir() if each.name.startswith(prefix)) if folder.is_dir() else []


def _remove(namespace: str) -> None:
    """Away with it, and with the processes in it, which are only ours."""
    for pid in _ip("netns", "pids", namespace).split():
        with suppress(ProcessLookupError):
            os.kill(int(pid), 9)
    _ip("netns", "del", namespace)


def _tidy_up() -> None:
    """What a run that was killed has left."""
    for namespace in _namespaces(f"{_NAME}-"):
        pid = namespace.removeprefix(f"{_NAME}-").partition("-")[0]
        if not Path("/proc", pid).exists():
            with suppress(subprocess.CalledProcessError):  # another process of this run was faster
                _remove(namespace)
