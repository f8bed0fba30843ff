"""The difference between what is wanted and what is there, as sorted data; pure."""

from invgit.plan.changes import Action, Change, FieldChange, Plan
from invgit.plan.diff import diff, restricted

__all__ = ["Action", "Change", "FieldChange", "Plan", "diff", "restricted"]
