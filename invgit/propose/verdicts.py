"""The file of verdicts: people may write into it, so what is not changed in it stays as it is."""

from collections.abc import Mapping
from datetime import date

from invgit.edit.declared import text
from invgit.edit.pages import Page
from invgit.model.opened import Opened
from invgit.propose.documents import VERDICTS_FORMAT, VerdictsDocument
from invgit.propose.proposal import Verdict

FILE = "verdicts.yaml"
_ABOUT = """\
# What is not wanted of what sources propose, and until when: `invgit changes reject` and `defer` write it, and so may
# you. A proposal is asked about again when its evidence changes, when `until` is over, or without its entry here.
"""


def read(data: bytes, shown: str) -> Mapping[str, Verdict]:
    """The verdicts by the ids of proposals. Raises BrokenFile with everything that is wrong, by place."""
    found = Opened(data, shown).document(VerdictsDocument, "a file of verdicts")
    return {
        id: Verdict(
            each.verdict,
            each.evidence,
            each.of,
            each.reason,
            each.owner,
            date.fromisoformat(each.until) if each.until else None,
        )
        for id, each in found.verdicts.items()
    }


def amended(data: bytes | None, shown: str, new: Mapping[str, Verdict]) -> bytes:
    """The bytes of the file with these verdicts; all else in it stays.

    Raises Uneditable where that is not possible.
    """
    page = Page(FILE, shown, data)
    if data is None:
        page.text = _ABOUT
    page.wanted.setdefault("format", VERDICTS_FORMAT)
    entries = page.entities("verdicts")
    for id, each in new.items():
        said = {
            "verdict": each.verdict,
            "of": each.of,
            "evidence": each.evidence,
            "reason": each.reason and text(each.reason),
            "owner": each.owner and text(each.owner),
            "until": each.until and each.until.isoformat(),
        }
        entries[id] = {name: value for name, value in said.items() if value}
    return next((edit.after or b"" for edit in page.edits()), data or b"")
