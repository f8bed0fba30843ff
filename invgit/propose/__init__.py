"""What sources see, compared with what people have written: edits that are proposed, and never made unasked."""

from invgit.propose.proposal import Proposal, Verdict
from invgit.propose.proposed import Proposed, proposed

__all__ = ["Proposal", "Proposed", "Verdict", "proposed"]
