"""What a guard needs of the system, on Linux and macOS; `windows` offers the same."""

from .adopt import adopt
from .posix import Process, begin, stop
from .posix_cluster import create, start
from .sockets import remove_folder as forget

__all__ = ["Process", "adopt", "begin", "create", "forget", "start", "stop"]
