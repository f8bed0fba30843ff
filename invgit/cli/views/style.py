"""How text reaches a terminal: colours, the way on. What data must not do there is `text.inert`'s to say."""

import click

from invgit.text.inert import safe


def hint(text: str) -> str:
    """The way on, set apart from the message."""
    return f"  {click.style('help', fg='cyan')}: {safe(text)}"
