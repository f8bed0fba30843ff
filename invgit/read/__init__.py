"""Files to an inventory: every value checked and in normal form, every reference resolved, every fault a diagnostic."""

from invgit.read.build import build
from invgit.read.documents import faults, opened, parse_files
from invgit.read.files import RawFile, find_files, fingerprint
from invgit.read.rules import READ_RULES

__all__ = ["READ_RULES", "RawFile", "build", "faults", "find_files", "fingerprint", "opened", "parse_files"]
