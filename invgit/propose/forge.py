"""Pull requests at GitHub: found by their branch, made and changed over its REST API, and every way that fails in.

The token is that of the settings, else the one that GitHub's own program `gh` is logged in with.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self
from urllib.parse import urlencode, urlsplit

from invgit.errors import ConfigError, ForgeError
from invgit.http import Answer, Http, Unanswered
from invgit.model.settings import Secrets
from invgit.propose.settings import GITHUB, Forge
from invgit.text.inert import line
from invgit.text.told import redacted, spellings

_HOME = "github.com"
_REMOTE = re.compile(
    r"(?:(?:https|ssh|git)://(?:[^/@\s]*@)?(?:www\.|ssh\.)?github\.com(?::\d+)?/|(?:[^/@\s]*@)?github\.com:/*)"
    r"([A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9._-]+?)(?:\.git)?/*",
    re.IGNORECASE,
)
_SECONDS = 10
_LONGEST = 300
_LOGIN = "a token needs 'Pull requests: read and write' for the repository"

State = Literal["open", "closed", "merged"]


@dataclass(frozen=True, slots=True)
class Account:
    """A repository at a forge, and who asks there."""

    api: str
    repository: str
    token: str = field(repr=False)
    authorities: str | None = None
    """Path of a file (PEM) with the certificates to trust in place of the public authorities."""


class PullRequest(NamedTuple):
    """A pull request as it is at the forge. What people wrote there is as it came."""

    number: int
    url: str
    state: State
    base: str
    title: str
    body: str
    merged: str | None
    """The commit that it was merged by."""


def account(forge: Forge, remote_url: str, secrets: Secrets, environment: Mapping[str, str]) -> Account:
    """Where and as whom pull requests are made. Raises ConfigError where that is not said."""
    repository = forge.repository or _repository(forge, remote_url)
    host = _HOME if forge.api == GITHUB else urlsplit(forge.api).hostname or ""
    if forge.token:
        token = secrets.text(forge.token, "`forge.token`")
    else:
        token = _token_of_gh(host, environment) or ""
        if not token:
            raise ConfigError(
                f"there is no login for {host}: `forge:` in invgit.yaml has no `token`, and gh gives none",
                help=f"`gh auth login`, or `forge: {{token: {{env: NAME}}}}`; {_LOGIN}",
            )
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise ConfigError("the token of the forge holds characters that none has", help="copy it once more")
    return Account(forge.api, repository, token, str(secrets.path(forge.ca)) if forge.ca else None)


def _repository(forge: Forge, remote_url: str) -> str:
    found = _REMOTE.fullmatch(remote_url) if forge.api == GITHUB else None
    if not found:
        raise ConfigError(
            f"which repository pull requests are for cannot be told from the remote {line(forge.remote)}",
            help="say it in invgit.yaml: `forge: {repository: OWNER/NAME}`",
        )
    return found[1]


def _token_of_gh(host: str, environment: Mapping[str, str]) -> str | None:
    """The token that `gh` is logged in with; None without gh, or a login. Nothing is asked of anybody."""
    places = [each for each in environment.get("PATH", "").split(os.pathsep) if Path(each).is_absolute()]
    program = shutil.which("gh", path=os.pathsep.join(places)) if places else None
    if not program or not Path(program).is_absolute():  # Windows looks into the current folder first
        return None
    try:
        done = subprocess.run(
            [program, "auth", "token", "--hostname", host],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            cwd=Path(program).parent,
            env={**environment, "GH_PROMPT_DISABLED": "1", "GH_NO_UPDATE_NOTIFIER": "1"},
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    token = done.stdout.decode("ascii", "replace").strip()
    return token if done.returncode == 0 and token else None


class GitHub:
    """A repository at GitHub, closed with the `with` block that it serves. Every method raises ForgeError."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._http = Http(total=30.0, most=16 * 1024 * 1024, proxied=True, authorities=account.authorities)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.__exit__()

    def newest(self, branch: str) -> PullRequest | None:
        """The open pull request of a branch of the repository, else the last one that there was."""
        owner = self._account.repository.partition("/")[0]
        query = {"head": f"{owner}:{branch}", "state": "all", "sort": "created", "direction": "desc", "per_page": "50"}
        listed = self._asked("GET", f"pulls?{urlencode(query)}", None)
        if not isinstance(listed, list):
            raise self._odd()
        found = [self._pull_request(each) for each in listed if self._of(each, branch)]
        return next((each for each in found if each.state == "open"), found[0] if found else None)

    def create(self, branch: str, base: str, title: str, body: str) -> PullRequest:
        """A new pull request."""
        said = {"title": title, "head": branch, "base": base, "body": body}
        return self._pull_request(self._asked("POST", "pulls", said))

    def change(self, number: int, title: str, body: str, *, close: bool = False) -> PullRequest:
        """Have a pull request say something else, or be closed as well."""
        said = {"title": title, "body": body, **({"state": "closed"} if close else {})}
        return self._pull_request(self._asked("PATCH", f"pulls/{number}", said))

    def _of(self, said: Any, branch: str) -> bool:
        """Whether a pull request is one of the branch: a forge that does not know the filter gives all there are."""
        head = said.get("head") if isinstance(said, dict) else None
        if not isinstance(head, dict):
            raise self._odd()
        name = (head.get("repo") or {}).get("full_name")  # none: the repository that it came from is gone
        return head.get("ref") == branch and str(name).casefold() == self._account.repository.casefold()

    def _pull_request(self, said: Any) -> PullRequest:
        try:
            merged = said.get("merged_at") is not None
            state: State = "merged" if merged else "open" if said["state"] == "open" else "closed"
            commit = said.get("merge_commit_sha") if merged else None
            texts = (str(said["base"]["ref"]), str(said["title"]), str(said.get("body") or ""))
            return PullRequest(int(said["number"]), line(str(said["html_url"])), state, *texts, commit)
        except (KeyError, TypeError, ValueError, AttributeError):
            pass
        raise self._odd()

    def _asked(self, method: str, path: str, body: Mapping[str, str] | None) -> Any:
        account = self._account
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {account.token}",
            "X-GitHub-Api-Version": "2022-11-28",
        }
        if body is not None:
            headers["Content-Type"] = "application/json"
        data = b"" if body is None else json.dumps(body).encode()
        answer, why = None, Unanswered("")
        try:
            answer = self._http.ask(method, f"{account.api}/repos/{account.repository}/{path}", headers, data)
        except Unanswered as failure:
            why = failure
        if answer is None:
            words = redacted(why.words, spellings([account.token]))
            help = why.help or "check the network, and `forge: {api: …}` in invgit.yaml"
            raise ForgeError(f"{account.api} cannot be asked: {words}", help=help)
        said = _json(answer)
        if answer.status not in {200, 201}:
            raise self._refused(answer, said)
        if said is None:
            raise self._odd()
        return said

    def _odd(self) -> ForgeError:
        return ForgeError(
            f"what answers at {self._account.api} does not speak as GitHub's API does",
            help="`forge: {api: …}` in invgit.yaml is https://HOST/api/v3 for GitHub Enterprise Server",
        )

    def _refused(self, answer: Answer, said: Any) -> ForgeError:
        code, repository = answer.status, self._account.repository
        told = redacted(_told(said), spellings([self._account.token]))
        words = f": {told}" if told else ""
        wait = answer.headers.get("retry-after", "")
        if code == 429 or (code == 403 and (wait or answer.headers.get("x-ratelimit-remaining") == "0")):
            help = f"try again in {wait} s" if wait.isdecimal() else "try again in an hour"
            return ForgeError(f"GitHub was asked too often ({code}){words}", help=help)
        if code == 401:
            return ForgeError(f"GitHub refuses the login (401){words}", help=f"it may have ended; {_LOGIN}")
        if code == 403:
            help = f"{_LOGIN}; an organization may have to authorize it"
            return ForgeError(f"GitHub does not allow it (403){words}", help=help)
        if code == 404:
            help = f"check `forge: {{repository: …}}` in invgit.yaml; {_LOGIN}"
            return ForgeError(f"GitHub has no repository {repository} that this login may see (404)", help=help)
        if code == 422:
            return ForgeError(f"GitHub takes no such pull request (422){words}", help="look at it on GitHub's pages")
        if 300 <= code < 400:
            help = "write its new name in invgit.yaml: `forge: {repository: OWNER/NAME}`"
            return ForgeError(f"the repository {repository} has another name now ({code})", help=help)
        return ForgeError(f"{self._account.api} answered with HTTP {code}{words}", help="try again later")


def _json(answer: Answer) -> Any:
    """The document that was answered; None for anything else."""
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def _told(said: Any) -> str:
    """What GitHub says about a refusal: its message, and those of the faults that it lists."""
    if not isinstance(said, dict):
        return ""
    listed = said.get("errors")
    faults = (
        [each.get("message") if isinstance(each, dict) else each for each in listed or ()]
        if isinstance(listed, list)
        else []
    )
    words = [str(each) for each in (said.get("message"), *faults) if each]
    return line("; ".join(words))[:_LONGEST]
