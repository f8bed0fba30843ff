"""The web server: each thing that GitHub, or what stands before it, is known to answer has a name in `odd`."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fakes.serving import Serving

MAX_BODY = 65_536

Reply = tuple[int, dict[str, str], bytes]


def _said(status: int, message: str, **more: Any) -> Reply:
    return status, {"Content-Type": "application/json"}, json.dumps({"message": message, **more}).encode()


ODD: dict[str, Reply] = {
    "bad credentials": _said(401, "Bad credentials"),
    "forbidden": _said(403, "Resource not accessible by personal access token"),
    "rate limit": (403, {"X-RateLimit-Remaining": "0"}, b'{"message": "API rate limit exceeded"}'),
    "secondary limit": (429, {"Retry-After": "60"}, b'{"message": "You have exceeded a secondary rate limit"}'),
    "not found": _said(404, "Not Found"),
    "invalid": _said(
        422, "Validation Failed", errors=[{"resource": "PullRequest", "field": "base", "code": "invalid"}]
    ),
    "no commits": _said(422, "Validation Failed", errors=[{"message": "No commits between main and x"}, "and more"]),
    "server error": (502, {"Content-Type": "text/html"}, b"<html><h1>Unicorn!</h1></html>"),
    "html": (200, {"Content-Type": "text/html"}, b"<!DOCTYPE html><html>sign in</html>"),
    "empty": (200, {}, b""),
    "object": (200, {}, b"{}"),
    "strings": (200, {}, b'["a"]'),
    "deep": (200, {}, b"[" * 100_000),
    "elsewhere": (302, {"Location": "http://169.254.169.254/latest"}, b""),
    "control": _said(403, "\x1b[2J\u202e##[error]x"),
}


class GitHub(Serving):
    """A running forge with one repository; `pulls` is what it has, `asked` what came in."""

    def __init__(self, repository: str = "anand/inventory", token: str = "secret-token") -> None:
        self.repository, self.token = repository, token
        self.pulls: list[dict[str, Any]] = []
        self.branches: set[str] | None = None
        self.odd = ""
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self.headers: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def wrote(self) -> list[str]:
        """The requests that change something."""
        return [f"{method} {path}" for method, path, _ in self.asked if method != "GET"]

    def close(self, number: int, merged: str | None = None) -> None:
        """What a person does on the page."""
        pull = next(each for each in self.pulls if each["number"] == number)
        pull["state"] = "closed"
        if merged:
            pull |= {"merged_at": "2026-03-31T18:00:00Z", "merge_commit_sha": merged}

    def answer(self, method: str, path: str, query: dict[str, str], said: dict[str, Any]) -> Reply:
        if self.odd:
            return ODD[self.odd]
        if f"Authorization: Bearer {self.token}" not in self.headers[-1]:
            return ODD["bad credentials"]
        root = f"/repos/{self.repository}/pulls"
        if not path.casefold().startswith(root.casefold()):
            return ODD["not found"]
        if method == "GET":
            found = [each for each in reversed(self.pulls) if query.get("head") in {None, each["head"]["label"]}]
            wanted = query.get("state", "open")
            return self.json(200, [each for each in found if wanted in {"all", each["state"]}])
        if len(said.get("body", "")) > MAX_BODY or len(said.get("title", "")) > 256:
            return _said(422, "Validation Failed", errors=[{"message": "is too long"}])
        return self.create(said) if method == "POST" else self.change(int(path.rpartition("/")[2]), said)

    def create(self, said: dict[str, Any]) -> Reply:
        head = said["head"]
        if self.branches is not None and head not in self.branches:
            return ODD["invalid"]
        if any(each["state"] == "open" and each["head"]["ref"] == head for each in self.pulls):
            message = f"A pull request already exists for {head}."
            return _said(422, "Validation Failed", errors=[{"message": message}])
        owner, number = self.repository.partition("/")[0], len(self.pulls) + 1
        made = {
            "number": number,
            "html_url": f"https://github.com/{self.repository}/pull/{number}",
            "state": "open",
            "title": said["title"],
            "body": said["body"],
            "head": {"ref": head, "label": f"{owner}:{head}", "repo": {"full_name": self.repository}},
            "base": {"ref": said["base"]},
            "merged_at": None,
            "merge_commit_sha": "0" * 40,
        }
        self.pulls.append(made)
        return self.json(201, made)

    def change(self, number: int, said: dict[str, Any]) -> Reply:
        pull = next(each for each in self.pulls if each["number"] == number)
        pull |= said
        return self.json(200, pull)

    @staticmethod
    def json(status: int, value: Any) -> Reply:
        return status, {"Content-Type": "application/json; charset=utf-8"}, json.dumps(value).encode()


def _handler(fake: GitHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            pass

        def reply(self) -> None:
            self.close_connection = True
            data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            said = json.loads(data) if data else {}
            parts = urlsplit(self.path)
            fake.headers.append(str(self.headers))
            fake.asked.append((self.command, parts.path, said))
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            status, headers, body = fake.answer(self.command, parts.path, query, said)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    for method in ("GET", "POST", "PATCH"):
        setattr(Handler, f"do_{method}", Handler.reply)
    return Handler
