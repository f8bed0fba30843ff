"""The environment failed: one small tree of exceptions, caught once, at the edge of the command line.

An inventory that is wrong is never an exception: see `diagnostics`.

    InvgitError            3  something around us does not work
    ├── ConfigError        3  invgit.yaml
    ├── DatabaseError      3  PostgreSQL is absent, unreachable, too old or too new
    ├── SourceError        3  a source cannot be asked, or its answer cannot be used
    ├── ForgeError         3  a forge cannot be asked, or does not do what it is asked
    ├── GitError           3  git is absent or the repository is broken
    ├── BrokenFile         1  a file that people and commands share is wrong
    ├── Uneditable         1  a file cannot be edited: it is wrong, or written in a way that only a person can change
    ├── StillNamed         1  something cannot go from the inventory: others name it
    ├── UsageError         2  the command line asked for something that makes no sense
    ├── Refused            5  it could be done, but must not: nothing was done
    ├── StalePlan          6  the database moved since the plan was shown
    └── LockBusy           7  somebody else is applying
"""

from typing import ClassVar


class InvgitError(Exception):
    """What happened (`message`), and what to do about it (`help`); both are for people, neither holds a secret."""

    exit_code: ClassVar[int] = 3

    def __init__(self, message: str, *, help: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.help = help


class ConfigError(InvgitError):
    """`invgit.yaml` is missing, wrong, or names something that is not there."""


class DatabaseError(InvgitError):
    """PostgreSQL is absent, unreachable, or not in the shape this version works with."""


class SourceError(InvgitError):
    """A source cannot be asked, or says something that cannot be used; nothing was changed."""


class ForgeError(InvgitError):
    """A forge such as GitHub cannot be asked, or does not do what it is asked."""


class GitError(InvgitError):
    """git is absent, or what it says cannot be used."""


class BrokenFile(InvgitError):
    """A file beside the inventory cannot be used; the message has all that is wrong with it, a line each."""

    exit_code = 1


class Uneditable(InvgitError):
    """A file of the inventory cannot be edited as asked; nothing was written."""

    exit_code = 1


class StillNamed(InvgitError):
    """Something cannot go from the inventory: the rest of it would have errors. Nothing was written."""

    exit_code = 1


class UsageError(InvgitError):
    """The command line asked for something that makes no sense."""

    exit_code = 2


class Refused(InvgitError):
    """It could be done, but must not be done; nothing was done."""

    exit_code = 5


class StalePlan(InvgitError):
    """The database moved between the plan that was shown and its application; nothing was done."""

    exit_code = 6


class LockBusy(InvgitError):
    """Another apply or migration holds the lock, and did not finish in time."""

    exit_code = 7
