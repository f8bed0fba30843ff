"""What of all that is so is news to somebody who was told of some of it before."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from invgit.model.alerts import CONDITIONS, Alert, Condition


@dataclass(frozen=True, slots=True)
class News:
    """What has changed for one receiver, in the order in which it is told."""

    begun: tuple[Alert, ...] = ()
    over: tuple[Alert, ...] = ()
    """What it was told and is so no more, as it was told."""
    dropped: tuple[Alert, ...] = ()
    """What it was told, and nobody wants to hear of any longer: forgotten without a word."""

    def __bool__(self) -> bool:
        return bool(self.begun or self.over)


@dataclass(frozen=True, slots=True)
class Situation:
    """What holds now; and where nobody could look, so that what was told of it neither holds nor is over."""

    alerts: tuple[Alert, ...] = ()
    blind: frozenset[tuple[Condition, str | None]] = frozenset()
    """Kinds with the path of a site; None is all sites."""

    def hides(self, alert: Alert) -> bool:
        """Whether nobody could look where it would be."""
        return not self.blind.isdisjoint({(alert.kind, alert.site), (alert.kind, None)})


def news(seen: Situation, told: Iterable[Alert], on: Collection[Condition] = CONDITIONS) -> News:
    """What is new, and what is over, to somebody who was `told` this much and wants to hear `on` these."""
    before = {(each.kind, each.key): each for each in told}
    now = {(each.kind, each.key): each for each in seen.alerts if each.kind in on}
    gone = [alert for id, alert in before.items() if id not in now and not seen.hides(alert)]
    return News(
        arranged(alert for id, alert in now.items() if id not in before),
        arranged(alert for alert in gone if alert.kind in on),
        arranged(alert for alert in before.values() if alert.kind not in on),
    )


def arranged(alerts: Iterable[Alert]) -> tuple[Alert, ...]:
    """In the order of conditions, then by site and text."""
    order = {kind: index for index, kind in enumerate(CONDITIONS)}
    return tuple(sorted(alerts, key=lambda each: (order[each.kind], each.site or "", each.text, each.key)))
