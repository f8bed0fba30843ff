"""Days and moments as people write them: ISO 8601, kept as text in normal form."""

import re
from datetime import UTC, date, datetime
from typing import Annotated

from invgit.model.marks import Scalar
from invgit.model.scalars import shown, wrong

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MOMENT = rf"{_DAY}[Tt ][0-9]{{2}}:[0-9]{{2}}(?::[0-9]{{2}}(?:\.[0-9]{{1,6}})?)?(?:[Zz]|[-+][0-9]{{2}}:?[0-9]{{2}})"


def _date(value: str) -> str:
    if not re.fullmatch(_DAY, value, re.ASCII):
        raise wrong("bad-date", f"`{shown(value)}` is not a date such as 2026-03-31 (year, month, day)")
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise wrong("bad-date", f"`{shown(value)}` is no day of the calendar") from None


def _moment(value: str) -> str:
    try:
        if not re.fullmatch(_MOMENT, value, re.ASCII):
            raise ValueError(value)
        return normal_moment(value)
    except (ValueError, OverflowError):
        message = f"`{shown(value)}` is not a moment with its offset such as 2026-03-31T18:00:00Z"
        raise wrong("bad-date", message) from None


def normal_moment(value: str) -> str:
    """A moment in UTC, as ISO 8601 with `Z`."""
    return datetime.fromisoformat(value.upper()).astimezone(UTC).isoformat().replace("+00:00", "Z")


Date = Annotated[str, Scalar("a date", "date", {"type": "string", "pattern": f"^{_DAY}$"}, _date, example="2027-05-31")]
Moment = Annotated[
    str,
    Scalar(
        "a moment",
        "timestamptz",
        {"type": "string", "pattern": f"^{_MOMENT}$"},
        _moment,
        example="2026-03-31T18:00:00Z",
    ),
]
"""A point in time with its offset from UTC, kept in UTC."""


def day(at: datetime, timezone: str | None) -> date:
    """The date at a moment, by the clocks of a time zone; by UTC without one."""
    from zoneinfo import ZoneInfo

    return at.astimezone(ZoneInfo(timezone) if timezone else UTC).date()
