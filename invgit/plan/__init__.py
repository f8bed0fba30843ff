"""The difference between what is wanted and what is there, as sorted data; pure."""

from invgit.plan.changes import Action, Change, FieldChange, Plan
from invgit.plan.diff import diff, differences, references, restricted, still_same
from invgit.plan.renames import AMBIGUOUS_RENAME, RENAMED_FROM_NOTHING, moved

PLAN_RULES = (RENAMED_FROM_NOTHING, AMBIGUOUS_RENAME)

__all__ = [
    "PLAN_RULES",
    "Action",
    "Change",
    "FieldChange",
    "Plan",
    "diff",
    "differences",
    "moved",
    "references",
    "restricted",
    "still_same",
]
