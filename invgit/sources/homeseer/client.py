"""HomeSeer's JSON interface over HTTP, read only: what is asked, and every way in which it fails, in words."""

from typing import Any, Self
from urllib.parse import urlencode

from invgit.errors import SourceError
from invgit.http import Http, Unanswered, Untrusted
from invgit.sources.homeseer import answers
from invgit.sources.homeseer.body import decoded, document, masked
from invgit.sources.homeseer.settings import Controller
from invgit.text.told import redacted

REQUESTS = ("getstatus", "getcontrol", "getlocations", "getsessionconfig", "hsversion")
"""All that is ever asked: each of them reads."""

_RUNS = "Check that HomeSeer runs, and that host and port are those of its web pages"
_TRUST = (
    "Name in `ca` a file with its certificate, or that of who signed it; the certificate has to be for the host in the "
    "URL. There is no way around that: whoever sends a password has to know to whom"
)
_NO_LOGIN = "No user is given: HomeSeer asks for one at least outside its own subnet. Give `user` and `password`."
_LOGIN = (
    "Check user and password. HomeSeer also refuses logins from another subnet or VLAN, and after several wrong ones; "
    "a user for local access is made in HomeSeer under Setup > Network."
)
_ASCII = " The login has letters beyond ASCII, which HomeSeer may read otherwise: try one without them."


class Client:
    """A connection to one controller, closed with the `with` block that it serves.

    Every method raises SourceError when there is no answer, or none that can be used.
    """

    def __init__(self, controller: Controller) -> None:
        self._controller = controller
        self._http = Http(
            connect=controller.connect_timeout,
            total=controller.total_timeout,
            most=controller.max_bytes,
            retries=controller.retries,
            authorities=controller.authorities,
        )
        self.warnings: list[str] = []
        """What was odd about the answers as such, beside what is odd in them."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.__exit__()

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
        if warning:
            self._warn(warning)
        secrets = self._controller.secrets()
        found, times = masked(document(request, text, secrets), secrets)
        if times:
            self._warn(f"The answer to {request} holds the password or a token {times} times: there it is now ***.")
        return found

    def _warn(self, warning: str) -> None:
        if warning not in self.warnings:
            self.warnings.append(warning)

    def _body(self, request: str, parameters: dict[str, str]) -> bytes:
        """The body of a request, asked again when a connection fails or breaks, never when there was an answer."""
        answer, why = None, Unanswered("")
        try:
            answer = self._http.ask("GET", self._url(request, parameters), self._headers())
        except Unanswered as failure:
            why = failure
        if answer is None:
            words = redacted(why.words, self._controller.secrets())
            raise SourceError(
                f"HomeSeer at {self._controller.base} cannot be asked: {request}: {words}",
                help=f"{_TRUST if isinstance(why, Untrusted) else why.help or _RUNS}. Nothing was changed.",
            )
        self._check(request, answer.status)
        return answer.body

    def _url(self, request: str, parameters: dict[str, str]) -> str:
        controller = self._controller
        query = {"request": request, **parameters}
        if controller.token:
            query["token"] = controller.token
        elif controller.in_query and controller.user:
            query |= {"user": controller.user, "pass": controller.password or ""}
        if controller.license:
            query["licenseid"] = controller.license
        return f"{controller.base}/{'json' if controller.myhs else 'JSON'}?{urlencode(query)}"

    def _headers(self) -> dict[str, str]:
        from base64 import b64encode

        controller = self._controller
        headers = {"Accept": "application/json"}
        if controller.user and not controller.in_query and not controller.token:
            pair = f"{controller.user}:{controller.password or ''}"
            headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
        return headers

    def _check(self, name: str, code: int) -> None:
        base = self._controller.base
        if code in {401, 403}:
            raise SourceError(f"HomeSeer at {base} refuses the login ({code})", help=self._login())
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

    def _login(self) -> str:
        """What to do about a login that is refused."""
        said = "".join(filter(None, (self._controller.user, self._controller.password, self._controller.token)))
        return (_LOGIN if said.isascii() else _LOGIN + _ASCII) if said else _NO_LOGIN
