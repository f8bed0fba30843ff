"""Who is told: each for itself and all at once, so that none waits for another that fails or is slow."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from invgit.errors import InvgitError
from invgit.model.settings import Secrets
from invgit.notify.message import Message
from invgit.notify.settings import Notify, Smtp, Webhook

_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Receiver:
    """A webhook by its name, or a mail address: what it was told is kept under that."""

    name: str
    send: Callable[[Message, datetime], None] = field(repr=False)
    """Send a message that bears this date. Raises InvgitError, in which no secret stands."""


def receivers(notify: Notify, secrets: Secrets) -> tuple[Receiver, ...]:
    """All that the settings name. A secret is looked up when it is needed: one that is missing is one that fails."""
    hooks = [Receiver(name, partial(_post, webhook, name, secrets)) for name, webhook in notify.webhooks.items()]
    mailed = [Receiver(to, partial(_mail, notify.smtp, to, secrets)) for to in notify.smtp.to] if notify.smtp else []
    return (*hooks, *mailed)


def send(messages: Mapping[Receiver, Message], at: datetime) -> Iterator[tuple[Receiver, InvgitError | None]]:
    """Send each receiver its message; who has it and who has not, as that is known."""
    pool = ThreadPoolExecutor(_AT_ONCE, "notify")
    try:
        sent = {pool.submit(_sent, receiver, message, at): receiver for receiver, message in messages.items()}
        for done in as_completed(sent):
            yield sent[done], done.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _sent(receiver: Receiver, message: Message, at: datetime) -> InvgitError | None:
    try:
        receiver.send(message, at)
    except InvgitError as error:
        return error
    return None


def _post(webhook: Webhook, name: str, secrets: Secrets, message: Message, _: datetime) -> None:
    from invgit.notify.webhook import post

    post(webhook, name, message, secrets)


def _mail(smtp: Smtp, to: str, secrets: Secrets, message: Message, at: datetime) -> None:
    from invgit.notify.mail import mail

    mail(smtp, to, message, secrets, at)
