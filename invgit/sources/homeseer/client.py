"""HomeSeer's JSON interface over HTTP, read only: what is asked, and every way in which it fails, in words.

The transport of httpx is used without its client: that one logs whole URLs, keeps cookies and asks the proxies that
the environment names. None of that may happen to a request that can hold a password.
"""

import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin, urlsplit

from invgit.errors import SourceError
from invgit.sources.homeseer import answers
from invgit.sources.homeseer.body import decoded, document
from invgit.sources.homeseer.settings import Controller
from invgit.text.inert import line

if TYPE_CHECKING:
    import httpx

REQUESTS = ("getstatus", "getcontrol", "getlocations", "getsessionconfig", "hsversion")
"""All that is ever asked: each of them reads."""

MAX_REDIRECTS = 3
_LOGGERS = ("httpcore.connection", "httpcore.http11", "httpcore.proxy")
_LOGIN = (
    "Check user and password. HomeSeer also refuses logins from another subnet or VLAN, and after several wrong ones; "
    "a user for local access is made in HomeSeer under Setup > Network."
)


class Client:
    """A connection to one controller, closed with the `with` block that it serves.

    Every method raises SourceError when there is no answer, or none that can be used.
    """

    def __init__(self, controller: Controller) -> None:
        from httpx import HTTPTransport

        self._controller = controller
        self._transport = HTTPTransport()
        self._host = urlsplit(controller.url)
        self.warnings: list[str] = []
        """What was odd about the answers as such, beside what is odd in them."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._transport.close()

    def __repr__(self) -> str:
        return f"Client({self._controller.base!r})"

    def status(self) -> answers.Status:
        """All refs that the user may see."""
        return answers.status(self.document("getstatus", ref="all"))

    def controls(self) -> tuple[answers.Control, ...]:
        """What can be controlled."""
        return answers.controls(self.document("getcontrol", ref="all"))

    def locations(self) -> answers.Locations:
        """The names of all places."""
        return answers.locations(self.document("getlocations"))

    def session(self) -> answers.Session:
        """How places are called and ordered."""
        return answers.session(self.document("getsessionconfig"))

    def version(self) -> str:
        """HomeSeer's version, such as 4.2.22.4."""
        return answers.version(self.document("hsversion"))

    def document(self, request: str, **parameters: str) -> dict[str, Any]:
        """The JSON object that a request is answered with."""
        assert request in REQUESTS
        body = self._body(request, parameters)
        text, warning = decoded(body)
        if warning and warning not in self.warnings:
            self.warnings.append(warning)
        try:
            return document(request, text)
        except SourceError as error:
            refused = SourceError(self._redacted(error.message), help=error.help)
        raise refused

    def _redacted(self, text: str) -> str:
        for secret in self._controller.secrets():
            text = text.replace(secret, "***") if len(secret) > 3 else text
        return text

    def _body(self, request: str, parameters: dict[str, str]) -> bytes:
        """The body of a request, asked again when a connection fails or breaks, never when there was an answer."""
        deadline = monotonic() + self._controller.total_timeout
        for attempt in range(self._controller.retries + 1):
            body, failure = self._attempt(request, parameters, deadline)
            if body is not None:
                return body
            if monotonic() >= deadline:
                break
            if attempt < self._controller.retries:
                sleep(min(0.2 * 2**attempt, max(0.0, deadline - monotonic())))
        if monotonic() >= deadline:
            failure = f"took longer than {self._controller.total_timeout:g} s"
        # raised here and not where the cause was caught: that one knows the URL
        raise SourceError(
            f"HomeSeer at {self._controller.base} cannot be asked: {request}: {failure}",
            help="Check that HomeSeer runs, and that host and port are those of its web pages. Nothing was changed.",
        )

    def _attempt(self, request: str, parameters: dict[str, str], deadline: float) -> tuple[bytes | None, str]:
        """A body, or how the connection failed."""
        import httpx

        try:
            with _unheard(), _Watch(deadline) as watch:
                return self._answer(request, self._request(request, parameters), deadline, watch), ""
        except httpx.ConnectTimeout:
            return None, f"no connection within {self._controller.connect_timeout:g} s"
        except httpx.ConnectError as error:
            return None, f"no connection ({_cause(error)})"
        except httpx.TimeoutException:
            return None, "no answer in time"
        except httpx.InvalidURL:
            return None, "its address is none"
        except httpx.HTTPError as error:
            return None, f"the connection broke ({type(error).__name__})"

    def _request(self, request: str, parameters: dict[str, str]) -> "httpx.Request":
        from httpx import Request

        controller = self._controller
        query = {"request": request, **parameters}
        if controller.token:
            query["token"] = controller.token
        elif controller.in_query and controller.user:
            query |= {"user": controller.user, "pass": controller.password or ""}
        if controller.license:
            query["licenseid"] = controller.license
        return Request("GET", f"{controller.base}/{'json' if controller.myhs else 'JSON'}", params=query)

    def _headers(self) -> dict[str, str]:
        from base64 import b64encode

        controller = self._controller
        # identity: a compressed answer could be a small one that becomes large
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "invgit"}
        if controller.user and not controller.in_query and not controller.token:
            pair = f"{controller.user}:{controller.password or ''}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        return headers

    def _answer(self, name: str, request: "httpx.Request", deadline: float, watch: "_Watch") -> bytes:
        from httpx import URL, Request

        for _ in range(MAX_REDIRECTS + 1):
            left = max(0.01, deadline - monotonic())
            timeouts = {"read": left, "write": left, "pool": left}
            timeouts["connect"] = min(left, self._controller.connect_timeout)
            asked = Request(
                "GET", request.url, headers=self._headers(), extensions={"timeout": timeouts, "trace": watch.seen}
            )
            response = self._transport.handle_request(asked)
            try:
                if response.status_code not in {301, 302, 303, 307, 308}:
                    self._check(name, response)
                    return self._read(name, response, deadline)
                location = response.headers.get("location", "")
            finally:
                response.close()
            request = Request("GET", URL(self._redirected(name, str(request.url), location)))
        raise SourceError(
            f"HomeSeer at {self._controller.base} redirects {name} again and again",
            help="Check that the URL is that of HomeSeer's own web server.",
        )

    def _redirected(self, name: str, url: str, location: str) -> str:
        """Where a redirect leads, on the same host; from http to https is welcome, elsewhere no login is taken."""
        here = self._host
        try:
            target = urljoin(url, location)
            there = urlsplit(target)
            port, host = there.port, (there.hostname or "").casefold()
        except ValueError:
            target, port, host, there = "", None, "", urlsplit("")
        default = {"http": 80, "https": 443}
        same = there.scheme == here.scheme and (port or default[here.scheme]) == (here.port or default[here.scheme])
        upgrade = (here.scheme, there.scheme) == ("http", "https") and here.port in {None, 80} and port in {None, 443}
        if host != here.hostname or not (same or upgrade) or "@" in there.netloc:
            shown = self._redacted(line(host))[:100] or "somewhere unreadable"
            base = self._controller.base
            raise SourceError(
                f"HomeSeer at {base} redirects {name} to another server ({shown}); nothing was sent there",
                help="If that is where HomeSeer is now, write its URL in the settings.",
            )
        return target

    def _check(self, name: str, response: "httpx.Response") -> None:
        code, base = response.status_code, self._controller.base
        if code in {401, 403}:
            raise SourceError(f"HomeSeer at {base} refuses the login ({code})", help=_LOGIN)
        if code == 404:
            raise SourceError(
                f"HomeSeer at {base} has no JSON interface (404)",
                help="Turn on 'Enable Control Using JSON' (Setup > Network), and check host and port.",
            )
        if code != 200:
            raise SourceError(
                f"HomeSeer at {base} answered {name} with HTTP {code}",
                help="Look at HomeSeer's own log, and try again later. Nothing was changed.",
            )
        coding = response.headers.get("content-encoding", "identity").strip().casefold()
        if coding not in {"", "identity"}:
            raise SourceError(
                f"HomeSeer at {base} answered {name} compressed, which was not asked for",
                help="Ask HomeSeer itself, not a proxy before it.",
            )

    def _read(self, name: str, response: "httpx.Response", deadline: float) -> bytes:
        from httpx import ReadTimeout

        body = bytearray()
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > self._controller.max_bytes:
                raise SourceError(
                    f"HomeSeer's answer to {name} is larger than {self._controller.max_bytes:,} bytes",
                    help="Check that the URL is that of HomeSeer. Nothing was changed.",
                )
            if monotonic() > deadline:
                raise ReadTimeout("too long")
        return bytes(body)


class _Watch:
    """Ends a request at its deadline, wherever it is: a timeout of httpx is one for each read, and drips pass it."""

    def __init__(self, deadline: float) -> None:
        from threading import Timer

        self._socket: socket.socket | None = None
        self._timer = Timer(max(0.0, deadline - monotonic()), self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._socket = None

    def seen(self, event: str, info: dict[str, Any]) -> None:
        """What httpcore does, step by step; the socket is known as soon as it is connected."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")

    def _end(self) -> None:
        import contextlib

        connected = self._socket
        if connected is not None:
            with contextlib.suppress(OSError):
                connected.shutdown(socket.SHUT_RDWR)


@contextmanager
def _unheard() -> Iterator[None]:
    """httpcore logs headers of answers, which may repeat what was asked: not while this lasts."""

    def nothing(_: logging.LogRecord) -> bool:
        return False

    quiet: Callable[[logging.LogRecord], bool] = nothing
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(quiet)
    try:
        yield
    finally:
        for name in _LOGGERS:
            logging.getLogger(name).removeFilter(quiet)


def _cause(error: Exception) -> str:
    """What the system said, which knows addresses and no URLs."""
    text = str(error).casefold()
    known = ("refused", "certificate", "name or service", "getaddrinfo", "unreachable", "reset", "ssl")
    words = ("refused", "certificate not trusted", "unknown host", "unknown host", "unreachable", "reset", "TLS failed")
    return next((word for sign, word in zip(known, words, strict=True) if sign in text), "failed")
