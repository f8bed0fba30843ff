"""How text reaches a terminal: colours, counts, the way on. What data must not do there is `text.inert`'s to say."""

import click

from invgit.text.inert import safe


def hint(text: str) -> str:
    """The way on, set apart from the message."""
    return f"  {click.style('help', fg='cyan')}: {safe(text)}"


def count(number: int, noun: str) -> str:
    """`1 device`, `2 devices`, `12,000 entities`."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"
