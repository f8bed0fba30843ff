"""Numbers with their words."""


def count(number: int, noun: str) -> str:
    """`1 device`, `2 devices`, `12,000 entities`."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"
