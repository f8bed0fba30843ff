"""Locks on files, shared or exclusive, that the kernel gives back when their holder dies.

POSIX uses `flock`: it belongs to the open file, so a child that inherits the descriptor holds it too. Windows uses
`LockFileEx` on the first byte, which no child inherits (not executed: written from the documentation).
Nothing here ever blocks: a caller that wants to wait asks again.
"""

import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import ctypes
    import msvcrt
    from ctypes import wintypes

    class _Overlapped(ctypes.Structure):
        _fields_ = (
            ("internal", ctypes.c_void_p),
            ("internal_high", ctypes.c_void_p),
            ("offset", wintypes.DWORD),
            ("offset_high", wintypes.DWORD),
            ("event", wintypes.HANDLE),
        )

    _kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
    _FAIL_IMMEDIATELY, _EXCLUSIVE = 1, 2

    def _take(fd: int, exclusive: bool) -> bool:
        handle = wintypes.HANDLE(msvcrt.get_osfhandle(fd))
        flags = _FAIL_IMMEDIATELY | (_EXCLUSIVE if exclusive else 0)
        return bool(_kernel32.LockFileEx(handle, flags, 0, 1, 0, ctypes.byref(_Overlapped())))

    def _give_back(fd: int) -> None:
        handle = wintypes.HANDLE(msvcrt.get_osfhandle(fd))
        _kernel32.UnlockFileEx(handle, 0, 1, 0, ctypes.byref(_Overlapped()))

else:
    import fcntl

    def _take(fd: int, exclusive: bool) -> bool:
        try:
            fcntl.flock(fd, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _give_back(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_UN)


class Lock:
    """One open lock file; several in one process are as separate as in several.

    `create=False` only looks: it raises FileNotFoundError where there is none, and works on a read-only file system.
    Any other OSError is the file system's word.
    """

    def __init__(self, path: Path, *, create: bool = True) -> None:
        flags = os.O_RDWR | os.O_CREAT if create else os.O_RDONLY
        self.fd = os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)
        self._held = False

    def try_shared(self) -> bool:
        """Hold it together with others; False when somebody has it alone. What was held before is given back."""
        return self._try(exclusive=False)

    def try_exclusive(self) -> bool:
        """Hold it alone; False when anybody has it. What was held before is given back."""
        return self._try(exclusive=True)

    def _try(self, *, exclusive: bool) -> bool:
        self.release()
        self._held = _take(self.fd, exclusive)
        return self._held

    def is_free(self) -> bool:
        """Nobody holds it alone at this moment; afterwards this object holds nothing."""
        free = self.try_shared()
        self.release()
        return free

    def release(self) -> None:
        """Give it back; the file stays open."""
        if self._held:
            _give_back(self.fd)
            self._held = False

    def close(self) -> None:
        """Close the file, which gives the lock back unless a child inherited it."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd, self._held = -1, False

    def is_at(self, path: Path) -> bool:
        """The file behind this lock is still the one at `path`: nobody removed or replaced it meanwhile."""
        try:
            there = path.stat()
        except OSError:
            return False
        return os.path.samestat(there, os.fstat(self.fd))
