"""Carrying a plan out: under the lock, in one transaction, on record."""

from invgit.apply.apply import Outcome, Stamp, apply, current_plan

__all__ = ["Outcome", "Stamp", "apply", "current_plan"]
