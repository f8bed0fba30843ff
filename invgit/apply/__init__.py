"""Carrying a plan out: under the lock, in one transaction, on record."""
