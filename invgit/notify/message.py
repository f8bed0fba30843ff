"""News as a message: a title that no name gets into, and plain text or a document that nobody obeys."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from invgit.model.alerts import Alert, Condition
from invgit.notify.news import News
from invgit.text.inert import line

FORMAT = "invgit-notice/1"
CHAT = 1_900
"""Bytes of a chat message: Discord takes 2,000 characters, ntfy 4,096 bytes before it makes a file of a text."""
MAIL = 60_000
"""Bytes of a mail: as much as anybody reads."""
_LINE = 200
"""Characters of what is said of one thing."""
_ITEMS = 500
"""Alerts in a document."""
_WORDS: dict[Condition, tuple[str, str]] = {
    "new-devices": ("new device", "new devices"),
    "missing-devices": ("missing device", "missing devices"),
    "address-conflict": ("address conflict", "address conflicts"),
    "failed-run": ("failed run", "failed runs"),
    "late-run": ("late run", "late runs"),
    "drift": ("change by hand", "changes by hand"),
    "warranty": ("warranty that ends", "warranties that end"),
}


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent to one receiver."""

    title: str
    news: News = field(default_factory=News)
    note: str = ""
    """What is said where there is no news."""

    def text(self, limit: int) -> str:
        """All of it in at most `limit` bytes of UTF-8, but for the counts, which are always there."""
        shown = ""
        for most in (_ITEMS, 200, 100, 50, 20, 10, 5, 3, 1, 0):
            shown = "\n".join(self._lines(most))
            if len(shown.encode()) <= limit:
                break
        return shown

    def _lines(self, most: int) -> Iterator[str]:
        """At most so many of a kind."""
        if self.note:
            yield self.note
        for title, alerts in (("", self.news.begun), ("Over: ", self.news.over)):
            for kind, found in groupby(alerts, key=lambda each: each.kind):
                group = list(found)
                words = _counted(kind, len(group))
                yield f"{title}{words}"
                yield from (f"- {_short(each.text)}" for each in group[:most])
                if len(group) > most > 0:
                    yield f"- … and {len(group) - most:,} more"

    def document(self) -> dict[str, Any]:
        """All of it as JSON: the same words, and the alerts one by one, the first of very many."""
        begun, over = self.news.begun[:_ITEMS], self.news.over[:_ITEMS]
        return {
            "format": FORMAT,
            "title": self.title,
            "text": self.text(CHAT),
            "begun": [_plain(each) for each in begun],
            "over": [_plain(each) for each in over],
            "left_off": len(self.news.begun) + len(self.news.over) - len(begun) - len(over),
        }


TEST = Message("invgit: a test", note="This is a test: what invgit has to tell arrives here.")


def message(news: News) -> Message:
    """What is said of news."""
    parts = [_summary(news.begun), "over: " + _summary(news.over) if news.over else ""]
    return Message(f"invgit: {'; '.join(filter(None, parts))}", news)


def _summary(alerts: Sequence[Alert]) -> str:
    return ", ".join(_counted(kind, len(list(found))) for kind, found in groupby(alerts, key=lambda each: each.kind))


def _counted(kind: Condition, count: int) -> str:
    return f"{count:,} {_WORDS[kind][count != 1]}"


def _plain(alert: Alert) -> dict[str, Any]:
    return {"condition": alert.kind, "site": alert.site, "key": alert.key, "text": _short(alert.text)}


def _short(text: str) -> str:
    """On one line, and not too long, whatever it holds."""
    shown = line(text)
    return shown if len(shown) <= _LINE else f"{shown[: _LINE - 1]}…"
