"""What has changed is told to who wants to know it: once each."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from invgit.config import Settings
from invgit.errors import ConfigError, InvgitError, LockBusy
from invgit.model.inventory import Inventory
from invgit.pipeline.compiled import compile_inventory
from invgit.pipeline.connected import Say, database

if TYPE_CHECKING:
    from invgit.notify.news import News
    from invgit.notify.settings import Notify
    from invgit.state.database import Connection


@dataclass(frozen=True, slots=True)
class Told:
    """News for one receiver, and why it does not have it."""

    receiver: str
    news: "News"
    failure: InvgitError | None = None


@dataclass(frozen=True, slots=True)
class Notified:
    """What was told to whom."""

    told: tuple[Told, ...]
    hidden: tuple[InvgitError, ...] = ()
    """Why not everything could be looked at: what it would say is neither new nor over."""

    @property
    def failures(self) -> tuple[InvgitError, ...]:
        """Everything that did not work: why receivers do not have their news (they are tried again the next time), and
        why not everything could be looked at.
        """
        return (*(each.failure for each in self.told if each.failure), *self.hidden)


def notify(settings: Settings, at: datetime, say: Say, *, dry: bool = False) -> Notified:
    """Look at all that the settings want to be told of, and tell what has changed since it was told the last time.

    `dry`: only look. Raises ConfigError where nobody is to be told, LockBusy while somebody else tells.
    """
    _wanted(settings)
    compiled = compile_inventory(settings, at)
    with database(settings, "status" if dry else "notify", say) as connection:
        return tell(settings, connection, compiled.inventory, at, whole=not compiled.failed, dry=dry)


def tell(
    settings: Settings,
    connection: "Connection",
    inventory: Inventory,
    at: datetime,
    *,
    whole: bool = True,
    dry: bool = False,
) -> Notified:
    """The same on a connection that is there, of an inventory that was read: `whole`, or with errors."""
    from contextlib import nullcontext

    from invgit.notify.message import message
    from invgit.notify.news import news
    from invgit.notify.receivers import receivers, send
    from invgit.pipeline.conditions import holding
    from invgit.state import alerts
    from invgit.state.lock import only_notify

    wanted = _wanted(settings)
    there = receivers(wanted, settings.secrets)
    with nullcontext() if dry else only_notify(connection):
        looked = holding(settings, wanted, connection, inventory, at, whole=whole)
        before = alerts.told(connection)
        found = {each: news(looked.situation, before.get(each.name, ()), wanted.on) for each in there}
        if dry:
            return Notified(tuple(Told(each.name, what) for each, what in found.items() if what), looked.hidden)
        alerts.forget_others(connection, [each.name for each in there])
        told: list[Told] = []
        for receiver, what in found.items():
            if what.dropped and not what:
                alerts.keep(connection, receiver.name, (), what.dropped)
        for receiver, failure in send({each: message(what) for each, what in found.items() if what}, at):
            what = found[receiver]
            if failure is None:  # sent first: who dies here tells it twice, and never not at all
                alerts.keep(connection, receiver.name, what.begun, (*what.over, *what.dropped))
            told.append(Told(receiver.name, what, failure))
    return Notified(tuple(sorted(told, key=lambda each: each.receiver)), looked.hidden)


def notify_afterwards(settings: Settings, at: datetime, say: Say) -> Notified:
    """The same at the end of something else, which does not fail where nobody is to be told, or somebody else tells."""
    if settings.notify is None:
        return Notified(())
    try:
        return notify(settings, at, say)
    except LockBusy as busy:
        say(f"{busy.message}: what has changed is told the next time")
        return Notified(())


def send_test(settings: Settings, at: datetime) -> tuple[Told, ...]:
    """Send everybody a message that only says that it arrives; the database is not asked."""
    from invgit.notify.message import TEST
    from invgit.notify.news import News
    from invgit.notify.receivers import receivers, send

    there = receivers(_wanted(settings), settings.secrets)
    return tuple(Told(each.name, News(), failure) for each, failure in send(dict.fromkeys(there, TEST), at))


def _wanted(settings: Settings) -> "Notify":
    wanted = settings.notify
    if wanted is None:
        raise ConfigError(
            "nobody is to be told anything: invgit.yaml has no `notify:`",
            help="write whom to tell, as docs/notify.md shows",
        )
    return wanted
