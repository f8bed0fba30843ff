"""Nouns with their numbers and articles, and lengths of time."""

from datetime import timedelta


def count(number: int, noun: str) -> str:
    """`1 device`, `2 addresses`, `12,000 entities`."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}{'es' if noun.endswith('s') else 's'}"
    return f"{number:,} {noun if number == 1 else plural}"


def a_(noun: str) -> str:
    """A noun with its article: `a device`, `an organization`."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def ago(age: timedelta) -> str:
    """How long something is past, in the largest unit that says enough: `20 s ago`, `3 h ago`, `12 d ago`."""
    seconds = int(abs(age.total_seconds()))
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= length * (2 if unit == "d" else 1):
            told = f"{seconds // length:,} {unit}"
            break
    else:
        told = f"{seconds} s"
    return f"{told} ago" if age >= timedelta(0) else f"in {told}"
