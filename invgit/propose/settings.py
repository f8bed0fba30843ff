"""Where pull requests are made: the part of `invgit.yaml` that stands under `forge:`."""

from typing import Annotated, Literal
from urllib.parse import urlsplit

from invgit.model.fields import Fields
from invgit.model.marks import Example, Scalar
from invgit.model.scalars import formed, wrong
from invgit.model.settings import ONE, FilePath, Secret

GITHUB = "https://api.github.com"
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_NAME = r"(?!.*\.\.)[A-Za-z0-9_](?:[A-Za-z0-9_./-]*[A-Za-z0-9_-])?"
_REPOSITORY = r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9_-]*/(?!\.{1,2}$)[A-Za-z0-9._-]+"


def _api(url: str) -> str:
    """A token goes there: so it is https, but for a server on this machine."""
    try:
        parts = urlsplit(url)
        host, secret = parts.hostname or "", "@" in url or "?" in url or "#" in url
        secure = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
        known = bool(host) and parts.port != 0 and url.isascii() and url.isprintable() and " " not in url
    except ValueError:
        known = secret = secure = False
    if secret or not (known and secure):
        raise wrong("bad-url", "an API's address is https://HOST or https://HOST/api/v3, without a login or a query")
    return url.rstrip("/")


Api = Annotated[
    str,
    Scalar(
        "the address of a forge's API",
        "text",
        {"type": "string", "pattern": r"^https?://[^\s@?#]+$", "maxLength": 300},
        _api,
        limit=300,
        example=GITHUB,
    ),
]
Repository = Annotated[str, formed("a repository, as owner/name", _REPOSITORY, "anand/inventory", 150)]
BranchName = Annotated[str, formed("the name of a branch", _NAME, "main", 250)]
RemoteName = Annotated[str, formed("the name of a remote", _NAME, "origin", 100)]


class Forge(Fields):
    """Where pull requests with proposals are made."""

    kind: Literal["github"] = "github"
    """What is spoken there."""

    repository: Annotated[Repository | None, Example("anand/inventory")] = None
    """The repository, as owner/name; without it, that of the remote's address at github.com."""

    token: Annotated[Secret | None, ONE, Example({"env": "INVGIT_GITHUB_TOKEN"})] = None
    """A token that may write pull requests of the repository; without it, the login of GitHub's program `gh` counts."""

    api: Api = GITHUB
    """Where the API is; for GitHub Enterprise Server `https://HOST/api/v3`."""

    ca: Annotated[FilePath | None, Example("~/.config/invgit/github.pem")] = None
    """A file (PEM) with the authorities that count for the API in place of the public ones, or its own certificate."""

    base: Annotated[BranchName | None, Example("main")] = None
    """The branch that pull requests are for; without it, the one that is checked out."""

    remote: RemoteName = "origin"
    """The remote that branches are pushed to."""
