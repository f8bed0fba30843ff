"""The project's database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from invgit import paths
from invgit.config import Settings

if TYPE_CHECKING:
    from invgit.state.database import Connection

Say = Callable[[str], None]


@contextmanager
def database(settings: Settings, purpose: str, say: Say, *, current: bool = True) -> "Iterator[Connection]":
    """A connection to the project's database; the embedded one is brought up to date, any other has to be."""
    from invgit.state import database as state
    from invgit.state import migrate, roles

    setting = settings.database
    with state.connect(setting, purpose=purpose, embedded_allowed=settings.embedded_allowed, notice=say) as connection:
        if setting and setting.kind == "embedded" and current:
            migrate.migrate(connection, paths.MIGRATIONS)
        elif current:
            migrate.require_current(connection, paths.MIGRATIONS)
            roles.require(connection, purpose)
        yield connection
