"""A mail server that takes messages (RFC 5321), with STARTTLS (RFC 3207) and logins (RFC 4954)."""

import socket
import ssl
import time
from base64 import b64decode
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer

from fakes.serving import Serving


class Mailbox(Serving):
    """`says` replaces the answer to a command, or the greeting (`""`): with nothing it hangs up.

    `mails` is what came in: from, to, message.
    `offers` is what it says that it can do. `tls` is for STARTTLS, or from the start where `at_once`.
    """

    def __init__(self, tls: ssl.SSLContext | None = None, *, at_once: bool = False, login: str = "") -> None:
        self.tls, self.at_once, self.login = tls, at_once, login
        self.offers = [*(["STARTTLS"] if tls and not at_once else []), *(["AUTH PLAIN"] if login else [])]
        self.says: dict[str, bytes] = {}
        self.refused: set[str] = set()
        self.odd = ""
        self.heard: list[bytes] = []
        self.mails: list[tuple[str, list[str], EmailMessage]] = []
        self.raw: list[bytes] = []
        self.server = ThreadingTCPServer(("127.0.0.1", 0), _Session)
        self.server.box = self
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]


class _Session(StreamRequestHandler):
    def handle(self) -> None:
        self.box: Mailbox = self.server.box
        self.sender, self.to, self.trusted = "", [], not self.box.login
        with suppress(OSError):  # whoever sent has gone, or does not trust us
            if self.box.at_once:
                self.secure()
            if self.quirk():
                return
            self.answer("", b"220 mail.example.com ESMTP")
            while line := self.rfile.readline(4096):
                self.box.heard.append(line)
                if not self.command(line.decode("latin-1").strip()):
                    return

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.connection.close()

    def secure(self) -> None:
        assert self.box.tls
        self.connection = self.box.tls.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")

    def quirk(self) -> bool:
        if self.box.odd == "drips":
            for _ in range(3000):
                self.connection.sendall(b"2")
                time.sleep(0.02)
        elif self.box.odd == "floods":
            for _ in range(100_000):
                self.connection.sendall(b"220-" + b"x" * 1000 + b"\r\n")
        elif self.box.odd == "silent":
            self.connection.recv(1)
        elif self.box.odd == "hangs up":
            self.connection.shutdown(socket.SHUT_RDWR)
        return bool(self.box.odd)

    def answer(self, command: str, usual: bytes) -> None:
        said = self.box.says.get(command, usual)
        if not said:
            raise ConnectionError("enough of it")
        self.connection.sendall(said + b"\r\n")

    def command(self, line: str) -> bool:
        word, _, rest = line.partition(" ")
        word = word.upper()
        if word == "EHLO":
            offers = [each for each in self.box.offers if each != "STARTTLS" or not self.encrypted]
            lines = ["mail.example.com", *offers]
            self.answer(word, "\r\n".join(f"250{' ' if each is lines[-1] else '-'}{each}" for each in lines).encode())
        elif word == "STARTTLS":
            self.answer(word, b"220 go ahead")
            if word not in self.box.says:
                self.secure()
        elif word == "AUTH":
            self.authenticate(rest)
        elif word == "MAIL":
            self.sender = rest.partition("<")[2].partition(">")[0]
            self.answer(word, b"250 fine" if self.trusted else b"530 who are you?")
        elif word == "RCPT":
            to = rest.partition("<")[2].partition(">")[0]
            self.to.append(to)
            self.answer(word, b"550 nobody here is " + to.encode() if to in self.box.refused else b"250 fine")
        elif word == "DATA":
            self.receive()
        else:
            self.answer(word, b"250 fine" if word != "QUIT" else b"221 bye")
        return word != "QUIT"

    @property
    def encrypted(self) -> bool:
        return isinstance(self.connection, ssl.SSLSocket)

    def authenticate(self, rest: str) -> None:
        method, _, first = rest.partition(" ")
        assert method == "PLAIN"
        user, password = b64decode(first).decode().split("\0")[1:]
        self.trusted = f"{user}:{password}" == self.box.login
        self.box.heard.append(b"encrypted" if self.encrypted else b"in the clear")
        # it repeats what it was told, as no server should
        self.answer("AUTH", b"235 welcome" if self.trusted else f"535 no: {password} {first}".encode())

    def receive(self) -> None:
        self.answer("DATA", b"354 go on")
        if "DATA" in self.box.says:
            return
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        raw = b"".join(lines)
        if "." not in self.box.says:
            message = message_from_bytes(raw, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.box.raw.append(raw)
            self.box.mails.append((self.sender, self.to, message))
        self.answer(".", b"250 taken")
