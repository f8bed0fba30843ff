"""Who is told, and what of: the part of `invgit.yaml` that stands under `notify:`."""

from collections.abc import Mapping
from typing import Annotated, Literal

from invgit.model.alerts import CONDITIONS, Condition
from invgit.model.fields import EMPTY, Fields
from invgit.model.marks import Example, Named, Normal
from invgit.model.scalars import Slug, Text255, formed, integer, wrong
from invgit.model.settings import ONE, Duration, FilePath, Secret

LATE: str = "1h"
"""How long a source may be silent where nothing is said of it."""
LATE_OF: Mapping[str, str] = {"scan": "2d"}
"""The same of sources that are asked less often: a scan once a day, which may come late once."""

_LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[?[0-9A-Fa-f:]{{2,39}}\]?)"
_MAIL = rf"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~-]+)*@{_LABEL}(?:\.{_LABEL})*"


MailHost = Annotated[str, formed("a host name or an IP address", _HOST, "smtp.example.com", 253)]
MailAddress = Annotated[str, formed("a mail address such as ann@example.com", _MAIL, "ann@example.com", 254)]
"""An address alone, without a name: a dot-atom and a host name (RFC 5321, 4.1.2), in ASCII."""


class Webhook(Fields):
    """A web address that messages are sent to (HTTP POST)."""

    url: Annotated[Secret, ONE, Example({"env": "INVGIT_WEBHOOK"})]
    """The address, http:// or https://; who knows it may write there, and so it is a secret."""

    format: Literal["json", "slack", "text"] = "json"
    """What is sent: an invgit document for programs, a Slack message, or plain text (ntfy)."""

    token: Annotated[Secret | None, ONE, Example({"env": "INVGIT_WEBHOOK_TOKEN"})] = None
    """A token to send along, as `Authorization: Bearer …`."""

    ca: Annotated[FilePath | None, Example("~/.config/invgit/home.pem")] = None
    """https: a file (PEM) with the authorities that count in place of the public ones, or its own certificate."""


def _someone(value: tuple[str, ...]) -> tuple[str, ...]:
    if not value:
        raise wrong("bad-list", "nobody would get it: write at least one address")
    return tuple(dict.fromkeys(value))


class Smtp(Fields):
    """A mail server that takes messages."""

    host: Annotated[MailHost, Example("smtp.example.com")]
    """Its host name, which its certificate has to be for, or its IP address."""

    port: Annotated[int | None, integer(1, 65535), Example(587)] = None
    """Its port; 587 with starttls, 465 with tls, 25 with none."""

    security: Literal["starttls", "tls", "none"] = "starttls"
    """How the connection is kept secret; with none no password is sent."""

    ca: Annotated[FilePath | None, Example("~/.config/invgit/home.pem")] = None
    """A file (PEM) with the authorities that count in place of the public ones, or the server's own certificate."""

    user: Annotated[Text255 | None, Example("invgit@example.com")] = None
    """Name to log in with."""

    password: Annotated[Secret | None, ONE, Example({"env": "INVGIT_SMTP_PASSWORD"})] = None
    """Password to log in with."""

    sender: Annotated[MailAddress, Named("from"), Example("invgit@example.com")]
    """The address that messages come from."""

    to: Annotated[tuple[MailAddress, ...], Normal(_someone), Example(["ann@example.com"])]
    """The addresses that messages go to."""


def _complete(smtp: Smtp | None) -> Smtp | None:
    if smtp is None:
        return None
    if (smtp.user is None) != (smtp.password is None):
        raise wrong("bad-login", "`user` and `password` go together: write both, or none")
    if smtp.user is not None and smtp.security == "none":
        raise wrong("bad-login", "a password is not sent where everybody can read it: use starttls or tls")
    return smtp


def _in_order(value: tuple[Condition, ...]) -> tuple[Condition, ...]:
    return tuple(each for each in CONDITIONS if each in value)


class Notify(Fields):
    """Who is told when something changes, and of what."""

    webhooks: Annotated[
        dict[Slug, Webhook],
        Example({"phone": {"url": {"env": "INVGIT_WEBHOOK"}, "format": "text"}}),
    ] = EMPTY  # fmt: skip
    """Web addresses, each under a name of your own: messages and the database know it by that."""

    smtp: Annotated[Smtp | None, Normal(_complete)] = None
    """The mail server, and who gets mail."""

    on: Annotated[tuple[Condition, ...], Normal(_in_order), Example(["new-devices", "failed-run"])] = CONDITIONS
    """What to tell of; all of it where nothing is said."""

    warranty_within: Duration = "30d"
    """How long before its end a warranty is told of."""

    late_after: Annotated[dict[Slug, Duration], Example({"homeseer": "1h"})] = EMPTY
    """By source, how long after its last run the next is late; 1h where nothing is said, 2d of a scan."""
