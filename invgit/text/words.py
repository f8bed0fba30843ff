"""Nouns with their numbers and articles."""


def count(number: int, noun: str) -> str:
    """`1 device`, `2 addresses`, `12,000 entities`."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}{'es' if noun.endswith('s') else 's'}"
    return f"{number:,} {noun if number == 1 else plural}"


def a_(noun: str) -> str:
    """A noun with its article: `a device`, `an organization`."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
