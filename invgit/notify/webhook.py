"""A message over HTTP; the address is a secret, and nothing that is told of a failure holds any of it."""

from urllib.parse import urlsplit

from invgit.errors import ConfigError, InvgitError
from invgit.model.settings import Secrets
from invgit.notify.message import CHAT, Message
from invgit.notify.settings import Webhook
from invgit.text.inert import json_line

CONNECT, TOTAL = 10.0, 30.0
"""Seconds for a connection, and for a message with all its attempts."""
_CHECK = "check its `url` and its `token`"
_HELP = {
    400: "check its `format`: json, slack or text",
    401: _CHECK,
    403: _CHECK,
    404: _CHECK,
    410: _CHECK,
    429: "it was asked too often",
}


def post(webhook: Webhook, name: str, message: Message, secrets: Secrets, *, total: float = TOTAL) -> None:
    """Send a message, within `total` seconds. Raises InvgitError, which knows the webhook by its name."""
    from invgit.http import Http, Unanswered
    from invgit.text.told import redacted, spellings

    where = f"webhook {name}"
    url = _checked(secrets.text(webhook.url, f"the URL of the {where}"), where)
    token = secrets.text(webhook.token, f"the token of the {where}") if webhook.token else None
    kind, body = _body(webhook, message)
    headers = {"Content-Type": kind} | ({"Authorization": f"Bearer {token}"} if token else {})
    parts = [url, token or "", *urlsplit(url).path.split("/"), urlsplit(url).query]
    hidden = spellings([*parts, *map(str.casefold, parts)])  # a host that it redirects to is shown in lower case
    # what is answered is not read: where the status says that a message has arrived, it has
    ca = str(secrets.path(webhook.ca)) if webhook.ca else None
    with Http(connect=CONNECT, total=total, most=0, retries=1, proxied=True, authorities=ca) as http:
        try:
            status = http.ask("POST", url, headers, body).status
        except Unanswered as error:
            failure = InvgitError(f"{where}: {redacted(error.words, hidden)}", help=error.help)
        else:
            if 200 <= status < 300:
                return
            if 300 <= status < 400:
                failure = InvgitError(
                    f"{where}: it redirects ({status})", help="give the address that it leads to as `url`"
                )
            else:
                failure = InvgitError(f"{where}: it answered with HTTP {status}", help=_HELP.get(status))
    # raised here and not where the cause was caught: that one knows the request
    raise failure


def _checked(url: str, where: str) -> str:
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        bare = "@" not in parts.netloc
    except ValueError:
        good, bare = False, True
    if not bare:
        raise ConfigError(f"the URL of the {where} holds a user or a password", help="give a `token` instead")
    if not good or not url.isascii() or not url.isprintable() or " " in url:
        raise ConfigError(
            f"the URL of the {where} is none that can be asked", help="it is http://HOST/… or https://HOST/…"
        )
    return url


def _body(webhook: Webhook, message: Message) -> tuple[str, bytes]:
    """What is sent, and of which type it is."""
    if webhook.format == "text":
        return "text/plain; charset=utf-8", f"{message.title}\n{message.text(CHAT)}\n".encode()
    document = {"text": _slack(message)} if webhook.format == "slack" else message.document()
    return "application/json", json_line(document).encode()


def _slack(message: Message) -> str:
    """In a code block neither mentions nor links are looked for; `<`, `>` and `&` are Slack's own in there, too."""
    text = message.text(CHAT).replace("`", "\\x60")
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, entity)
    return f"{message.title}\n```\n{text}\n```"
