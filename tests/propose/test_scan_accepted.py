"""What a scan proposes can be accepted as it is: no rule refuses any of it, and then nothing is left to propose."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from support_wire import STRANGER, TV, differing, files_of, host, seen, short, understood
from support_wire_hosts import MESSY, hosts

from invgit.edit.draft import Draft
from invgit.model.findings import Remembered
from invgit.model.scans import Host
from invgit.propose.accept import accept
from invgit.propose.proposal import Proposal
from invgit.propose.proposed import Proposed, proposed
from invgit.sources.scan.settings import NetworkScan


class Site:
    """A site that is scanned, and where everything that is proposed is accepted."""

    def __init__(self, devices: str) -> None:
        self.files = files_of(devices)
        self.inventory = understood(self.files)
        self.memory: tuple[Remembered, ...] = ()
        self.pending: tuple[Proposal, ...] = ()

    def see(self, found: list[Host]) -> Proposed:
        """A scan, and what is proposed of it."""
        look = seen(self.inventory, *found, known={each.key: each for each in self.memory})
        made = proposed(
            look,
            self.inventory,
            self.memory,
            {},
            date(2026, 6, 1),
            owns=NetworkScan().owns,
            missing_after=100,
            pending=self.pending,
            shrink_allowed=True,
        )
        self.memory, self.pending = made.remember, made.proposals
        return made

    def accept(self) -> None:
        """Accept all of it: the files have no errors afterwards."""
        draft = Draft(self.inventory, {path: text.encode() for path, text in self.files.items()}, "inventory")
        accept(draft, self.pending)
        for edit in draft.edits():
            self.files[edit.path] = (edit.after or b"").decode()
        self.inventory, self.pending = understood(self.files), ()


@given(st.lists(hosts(), max_size=8), st.lists(hosts(), max_size=8))
def test_what_is_proposed_is_right_once_it_is_accepted(before: list[Host], after: list[Host]) -> None:
    site = Site(MESSY)
    for found in (before, after):
        first = site.see(found)
        assert site.see(found).proposals == first.proposals
        site.accept()
        site.see(found)
        site.accept()
        assert site.see(found).proposals == ()


def test_a_stranger_that_was_accepted_is_a_stranger_no_more() -> None:
    site, found = Site(MESSY), [host("10.0.0.51", STRANGER, "porch"), host("10.0.0.150", TV)]
    assert [each.address.slug for each in site.see(found).proposals] == ["device-00-00-03", "porch"]
    site.accept()
    assert site.see(found).proposals == ()
    assert [row for row in short(differing(site.inventory, *found)) if not row.startswith("missing")] == []
