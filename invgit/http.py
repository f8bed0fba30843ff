"""An HTTP request that keeps secrets: nothing of it gets into a log, an error, a cookie, or to another host.

The transport of httpx is used without its client: that one logs whole URLs, keeps cookies, follows redirects with what
was sent, and asks the proxies that the environment names. None of that may happen to a request that can hold a secret.
"""

import logging
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from invgit.text.inert import line
from invgit.tls import cause, trusting

if TYPE_CHECKING:
    import httpx

MAX_REDIRECTS = 3
_LOGGERS = ("httpcore.connection", "httpcore.http11", "httpcore.proxy")
_MOVED = {301, 302, 303, 307, 308}
_SAME_METHOD = {307, 308}
_MOST_OF_ERRORS = 64 * 1024
"""Bytes that are read of an answer that is none: what it says is for people."""


class Unanswered(Exception):
    """There is no answer, or none that is read: why (`words`), and perhaps what to do about it (`help`).

    Neither holds anything of the request. `words` may hold the name of a host that the server gave: see `text.told`.
    """

    def __init__(self, words: str, *, help: str | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.help = help


class Untrusted(Unanswered):
    """The server's certificate is none that counts here: nothing was sent."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered, whatever its status."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    """Names in lower case."""
    body: bytes = field(repr=False)
    """Of a status of 400 and above only the beginning; nothing, where nothing is to be read."""


class Http:
    """A way to ask servers, closed with the `with` block that it serves."""

    def __init__(
        self,
        *,
        connect: float = 10.0,
        total: float = 60.0,
        most: int = 64 * 1024 * 1024,
        retries: int = 2,
        proxied: bool = False,
        authorities: str | None = None,
    ) -> None:
        """Seconds for each connection and for one request with all its attempts; bytes that an answer may have, 0 where
        only its status counts.

        `retries` are further attempts after a connection that failed; or broke, where to GET twice does no harm.
        `proxied`: https goes through the proxy that the environment or the system names, which sees the host and no
        more; http goes through none. `authorities`: path of a file with the certificates (PEM) that count in place of
        the public ones.
        """
        self._connect, self._total, self._most, self._retries, self._proxied = connect, total, most, retries, proxied
        self._authorities = authorities
        self._transports: dict[tuple[bool, str | None], httpx.HTTPTransport] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for transport in self._transports.values():
            transport.close()

    def ask(self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """What the server answers; a redirect on its own host is followed, with all that was sent.

        One that would turn into a GET is not: it is the answer. Raises Unanswered; ConfigError without `authorities`.
        """
        # identity: a compressed answer could be a small one that becomes large
        said = {"Accept-Encoding": "identity", "User-Agent": "invgit", **(headers or {})}
        if not all(each.isprintable() and each.isascii() for each in said.values()):
            raise Unanswered("what was to be sent has characters that no header may have")
        deadline = monotonic() + self._total
        for attempt in range(self._retries + 1):
            answer, failure, again = self._attempt(method, url, said, body, deadline)
            if answer is not None:
                return answer
            if not again or monotonic() >= deadline:
                break
            if attempt < self._retries:
                sleep(min(0.2 * 2**attempt, max(0.0, deadline - monotonic())))
        if monotonic() >= deadline:
            failure = Unanswered(f"it took longer than {self._total:g} s")
        # raised here and not where the cause was caught: that one knows the request
        raise failure

    def _attempt(
        self, method: str, url: str, headers: dict[str, str], body: bytes, deadline: float
    ) -> tuple[Answer | None, Unanswered, bool]:
        """An answer; or why there is none, and whether it may be asked again."""
        import httpx

        again = method == "GET"
        try:
            with _unheard(), _Watch(deadline) as watch:
                return self._answer(method, url, headers, body, deadline, watch), Unanswered(""), False
        except Unanswered as failure:
            return None, failure, False
        except httpx.ConnectTimeout:
            return None, Unanswered(f"no connection within {self._connect:g} s"), True
        except httpx.ConnectError as error:
            why = cause(error)
            trusted = "certificate" not in why
            return None, (Unanswered if trusted else Untrusted)(f"no connection ({why})"), trusted
        except httpx.ProxyError:
            return None, Unanswered("the proxy gives no connection", help="HTTPS_PROXY and NO_PROXY name it"), False
        except httpx.TimeoutException:
            return None, Unanswered("no answer in time"), again
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError):  # Python's own idea of names
            return None, Unanswered("its address is none"), False
        except httpx.HTTPError as error:
            return None, Unanswered(f"the connection broke ({type(error).__name__})"), again

    def _answer(
        self, method: str, url: str, headers: dict[str, str], body: bytes, deadline: float, watch: "_Watch"
    ) -> Answer:
        from httpx import Request

        for _ in range(MAX_REDIRECTS + 1):
            left = max(0.01, deadline - monotonic())
            timeouts = {"read": left, "write": left, "pool": left, "connect": min(left, self._connect)}
            more = {"timeout": timeouts, "trace": watch.seen}
            asked = Request(method, url, headers=headers, content=body or None, extensions=more)
            response = self._transport(url).handle_request(asked)
            try:
                code = response.status_code
                if code not in _MOVED or (method != "GET" and code not in _SAME_METHOD):
                    return self._read(response, deadline)
                location = response.headers.get("location", "")
            finally:
                response.close()
            url = _redirected(url, location)
        raise Unanswered("it redirects again and again", help="check that the URL is the right one")

    def _transport(self, url: str) -> "httpx.HTTPTransport":
        from httpx import HTTPTransport, Limits

        proxy = _proxy(url) if self._proxied else None
        key = (url.startswith("https:"), proxy)
        if key not in self._transports:
            # http has nobody to trust, and to read all public certificates takes longer than to ask
            verify = trusting(self._authorities) if self._authorities or not key[0] else True
            once = Limits(max_keepalive_connections=0)  # each request has a connection of its own, which can be ended
            try:
                self._transports[key] = HTTPTransport(verify=verify, limits=once, proxy=proxy)
            except (ValueError, ImportError):  # an address that is none, or SOCKS
                proxy = "bad"
        if proxy == "bad":
            raise Unanswered("the proxy is none that can be asked", help="HTTPS_PROXY is http://HOST:PORT")
        return self._transports[key]

    def _read(self, response: "httpx.Response", deadline: float) -> Answer:
        headers = {name.lower(): value for name, value in response.headers.items()}
        if not self._most:
            return Answer(response.status_code, headers, b"")
        coding = headers.get("content-encoding", "identity").strip().casefold()
        fine = response.status_code < 400
        if fine and coding not in {"", "identity"}:
            help = "ask the server itself, not a proxy before it"
            raise Unanswered("the answer is compressed, which was not asked for", help=help)
        return Answer(response.status_code, headers, self._body(response, deadline, fine))

    def _body(self, response: "httpx.Response", deadline: float, fine: bool) -> bytes:
        """What was sent; of a refusal only the beginning, and no more than came: it is not asked for again."""
        from httpx import HTTPError, ReadTimeout

        body = bytearray()
        try:
            for chunk in response.iter_raw():
                body += chunk
                if not fine and len(body) > _MOST_OF_ERRORS:
                    break
                if len(body) > self._most:
                    help = "check that the URL is the right one"
                    raise Unanswered(f"the answer is larger than {self._most:,} bytes", help=help)
        except HTTPError:
            if fine:
                raise
        if fine and monotonic() > deadline:  # where no length was said, the end of a connection is the end of an answer
            raise ReadTimeout("too long")
        return bytes(body)


def _redirected(url: str, location: str) -> str:
    """Where a redirect leads, on the same host; from http to https is welcome, elsewhere nothing is taken."""
    from httpx import URL, InvalidURL

    here, there = URL(url), URL()
    with suppress(InvalidURL, ValueError):
        there = here.join(location)
    same = (there.scheme, there.port) == (here.scheme, here.port)
    upgrade = (here.scheme, there.scheme, here.port, there.port) == ("http", "https", None, None)
    if there.raw_host != here.raw_host or not (same or upgrade) or there.userinfo:
        shown = line(there.raw_host.decode("ascii", "replace"))[:100] or "somewhere unreadable"
        raise Unanswered(
            f"it redirects to another server ({shown}); nothing was sent there",
            help="if that is where it is now, write its URL in the settings",
        )
    return str(there)


def _proxy(url: str) -> str | None:
    """The proxy for an https URL, as the environment or the system names it."""
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(url)
    found = getproxies().get("https") if parts.scheme == "https" else None
    return None if not found or proxy_bypass(parts.hostname or "") else found


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
        connected = self._socket
        if connected is not None:
            with suppress(OSError):
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
