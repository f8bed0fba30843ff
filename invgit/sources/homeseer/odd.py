"""What was odd about a controller's devices: told once for each sort, with its number and the first few."""

from collections.abc import Iterator

from invgit.text.problem import BAD_CHARACTER
from invgit.text.secrets import without_secrets

_LISTED = 5
_READ = 10
"""So many times as long as it may be a text is read: who sends more has no name to tell."""


class Odd:
    """Collects what is odd, and makes texts fit for files."""

    def __init__(self) -> None:
        self._found: dict[str, set[int]] = {}
        self._fitting: dict[tuple[str, int], tuple[str, str | None]] = {}

    def tell(self, what: str, ref: int) -> None:
        """Something odd about a ref; `what` is a sentence about devices of that sort, without its full stop."""
        self._found.setdefault(what, set()).add(ref)

    def text(self, text: str, limit: int, what: str, ref: int) -> str:
        """A text on one line as a field can hold it, perhaps empty; what had to be taken out of `what` is told."""
        known = self._fitting.get((text, limit))
        if known is None:
            known = self._fitting[text, limit] = _fitting(text, limit)
        if known[1]:
            self.tell(f"{what} {known[1]}", ref)
        return known[0]

    def sentences(self) -> Iterator[str]:
        """What was told, each sort once."""
        for what in sorted(self._found):
            refs = sorted(self._found[what])
            more = f" and {len(refs) - _LISTED:,} more" if len(refs) > _LISTED else ""
            yield f"{what}: ref {', '.join(map(str, refs[:_LISTED]))}{more}."


def _fitting(text: str, limit: int) -> tuple[str, str | None]:
    text = text[: _READ * limit]
    known = without_secrets(text)
    visible = " ".join(BAD_CHARACTER.sub("", known).split())
    fitting = visible[:limit].rstrip()
    if known != text:
        return fitting, "holds what looks like a secret, which was taken out"
    if len(visible) > limit:
        return fitting, f"is longer than {limit} characters, and was cut"
    if visible != " ".join(known.split()):
        return fitting, "holds characters that no file may have, which were taken out"
    return fitting, None
