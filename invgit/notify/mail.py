"""A message by mail: one for each address, so that each is told for itself whether it was taken."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from io import BufferedReader
from threading import Timer

from invgit.errors import ConfigError, InvgitError
from invgit.model.settings import Secrets
from invgit.notify.message import MAIL, Message
from invgit.notify.settings import Smtp
from invgit.tls import cause, trusting

CONNECT, TOTAL = 10.0, 30.0
"""Seconds for one answer of the server, and for a message from the first to the last."""
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_MOST = 64 * 1024
"""Bytes that a server may say."""
_WHERE = "check `host`, `port` and `security`"
_HERE = "[127.0.0.1]"
"""What we call ourselves (RFC 5321, 4.1.3): no name of this machine leaves it, and no name server is asked for one."""


def mail(smtp: Smtp, to: str, message: Message, secrets: Secrets, at: datetime, *, total: float = TOTAL) -> None:
    """Send a message to one address, within `total` seconds; `at` is its date.

    Raises InvgitError, in which no word of the server's stands.
    """
    where = f"mail to {to}"
    password = secrets.text(smtp.password, "the password of the mail server") if smtp.password else None
    if not f"{smtp.user}{password}".isascii():
        raise ConfigError("user and password of the mail server may only have ASCII characters")
    trusted = trusting(str(secrets.path(smtp.ca))) if smtp.ca else ssl.create_default_context()
    words, help = _failure(smtp, to, password, letter(smtp, to, message, at), trusted, total)
    if words:
        raise InvgitError(f"{where}: {words}", help=help)


def letter(smtp: Smtp, to: str, message: Message, at: datetime) -> EmailMessage:
    """Plain text in UTF-8. Nothing in a header comes from names."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = smtp.sender, to, message.title
    made["Date"] = format_datetime(at)
    made["Message-ID"] = make_msgid(domain=smtp.sender.rpartition("@")[2])
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence is answered to it
    made.set_content(f"{message.text(MAIL)}\n", charset="utf-8", cte="quoted-printable")
    return made


def _failure(
    smtp: Smtp, to: str, password: str | None, letter: EmailMessage, trusted: ssl.SSLContext, total: float
) -> tuple[str, str | None]:
    """Why a server did not take a letter, and what to do about it; nothing where it did."""
    try:
        with _session(smtp, trusted, total) as server:
            return _handed(server, smtp, to, password, letter, trusted)
    except smtplib.SMTPAuthenticationError as error:
        return f"the server refuses the login ({error.smtp_code})", "check `user` and `password`"
    except smtplib.SMTPRecipientsRefused as error:
        return f"the server does not take mail for it ({error.recipients[to][0]})", None
    except smtplib.SMTPSenderRefused as error:
        return f"the server does not take mail from {smtp.sender} ({error.smtp_code})", "check `from`"
    except smtplib.SMTPResponseException as error:
        return f"the server answered with {error.smtp_code}", _WHERE
    except smtplib.SMTPServerDisconnected:
        return "the connection broke, or took too long", _WHERE
    except ssl.SSLCertVerificationError as error:
        return f"nothing was sent: {cause(error)}", "check `host`, or name who is trusted in `ca`"
    except TimeoutError:
        return "no answer in time", _WHERE
    except OSError as error:
        return f"no connection ({cause(error)})", _WHERE
    except (smtplib.SMTPException, ValueError):
        return "the server does not speak SMTP as it should", _WHERE


def _handed(
    server: smtplib.SMTP, smtp: Smtp, to: str, password: str | None, letter: EmailMessage, trusted: ssl.SSLContext
) -> tuple[str, str | None]:
    """The same of a server that answers; smtplib's errors come through."""
    server.ehlo()
    if smtp.security == "starttls":
        if not server.has_extn("starttls"):  # or somebody in between has taken it out
            return "the server offers no STARTTLS, and nothing was sent", _WHERE
        server.starttls(context=trusted)
        server.ehlo()
    if smtp.user and password:
        if not server.has_extn("auth"):
            return "the server offers no login", "leave out `user` and `password`, or check `port` and `security`"
        try:
            server.login(smtp.user, password)
        except smtplib.SMTPServerDisconnected:  # as some do in place of a refusal
            return "the server ended the connection at the login, or took too long", "check `user` and `password`"
    server.send_message(letter, smtp.sender, [to])
    with suppress(smtplib.SMTPException, OSError):  # it has taken the letter, whatever it says now
        server.quit()
    return "", None


class _Few:
    """What a server says, up to a size: then it says no more."""

    def __init__(self, file: BufferedReader) -> None:
        self._file, self._left = file, _MOST

    def readline(self, most: int = -1) -> bytes:
        """The next line."""
        line = self._file.readline(most)
        self._left -= len(line)
        return line if self._left > 0 else b""

    def close(self) -> None:
        """As always."""
        self._file.close()


class _Server(smtplib.SMTP):
    """A connection that can be ended by who waits for it, and that does not listen for ever."""

    tls: ssl.SSLContext | None = None
    known: socket.socket | None = None
    """The same connection, whatever is made of the socket: TLS takes a socket's place."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        made = socket.create_connection((host, port), timeout)
        self.known = made.dup()
        self._host = host  # whose certificate it has to be
        return self.tls.wrap_socket(made, server_hostname=host) if self.tls else made

    def getreply(self) -> tuple[int, bytes]:
        """As always."""
        if self.file is None and self.sock is not None:
            self.file = _Few(self.sock.makefile("rb"))
        return super().getreply()

    def end(self) -> None:
        """End the connection, wherever it is."""
        if self.known is not None:
            with suppress(OSError):
                self.known.shutdown(socket.SHUT_RDWR)


@contextmanager
def _session(smtp: Smtp, trusted: ssl.SSLContext, total: float) -> Iterator[smtplib.SMTP]:
    """A connection, ended at its deadline: a timeout of smtplib is one for each read, and drips pass it."""
    server = _Server(local_hostname=_HERE, timeout=CONNECT)
    server.tls = trusted if smtp.security == "tls" else None
    timer = Timer(total, server.end)
    timer.daemon = True
    timer.start()
    try:
        code, _ = server.connect(smtp.host.strip("[]"), smtp.port or _PORTS[smtp.security])
        if code != 220:
            raise smtplib.SMTPResponseException(code, b"")
        yield server
    finally:
        timer.cancel()
        server.close()
        if server.known is not None:
            server.known.close()
