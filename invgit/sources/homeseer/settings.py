"""Where a controller is, and how to log in: given by whoever reads the settings, secrets as values."""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from invgit.errors import ConfigError
from invgit.http import spellings
from invgit.text.inert import line

Login = Literal["basic", "query"]

_MYHS = ".homeseer.com"


@dataclass(frozen=True, slots=True)
class Controller:
    """One controller. Raises ConfigError for a URL that cannot be asked.

    `basic` sends user and password in a header; `query` sends them in the URL, where proxies and web servers log them,
    and where MyHS, HomeSeer's relay, wants them. A token always goes in the URL: HomeSeer takes it nowhere else.
    """

    url: str
    """`http://HOST[:PORT]` or `https://…`, without a path; for MyHS `https://myhs.homeseer.com`."""
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    license: str | None = field(default=None, repr=False)
    """MyHS: the licence id of the system that is asked."""
    login: Login = "basic"
    connect_timeout: float = 10.0
    """Seconds, for each attempt."""
    total_timeout: float = 60.0
    """Seconds for one request with all its attempts."""
    max_bytes: int = 64 * 1024 * 1024
    """Of one answer; 5,000 devices are about 3 MB."""
    retries: int = 2
    """Further attempts after a connection that failed or broke."""

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            known = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
            bare = parts.path.rstrip("/").casefold() in {"", "/json"} and not parts.query and not parts.fragment
            secret = "@" in parts.netloc
        except ValueError:
            known = bare = secret = False
        if secret or "@" in self.url:
            raise ConfigError(
                "the URL of HomeSeer holds a user or a password", help="Give them as `user` and `password` instead."
            )
        if not known or not bare or not self.url.isascii() or not self.url.isprintable() or " " in self.url:
            raise ConfigError(
                "the URL of HomeSeer is none that can be asked",
                help="It is http://HOST or http://HOST:PORT, as for HomeSeer's own web pages, without a path.",
            )
        if self.myhs and parts.scheme != "https":
            raise ConfigError("MyHS is asked over https only", help=f"Write https://{line(parts.hostname or '')}.")
        if self.user and ":" in self.user and not self.in_query:
            raise ConfigError("the user of HomeSeer holds a colon, which HTTP Basic cannot send")
        if self.password and not self.user:
            raise ConfigError("there is a password for HomeSeer, but no user")

    @property
    def myhs(self) -> bool:
        """Whether it is asked through HomeSeer's relay."""
        return (urlsplit(self.url).hostname or "").endswith(_MYHS)

    @property
    def in_query(self) -> bool:
        """Whether user and password go in the URL."""
        return self.login == "query" or self.myhs

    @property
    def base(self) -> str:
        """Scheme, host and port: what may be shown."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def secrets(self) -> tuple[str, ...]:
        """What must be shown nowhere, in every spelling that a request has of it."""
        from base64 import b64encode

        pair = b64encode(f"{self.user}:{self.password}".encode()).decode() if self.password else None
        return (*filter(None, [pair]), *spellings([self.password, self.token, self.license]))
