"""Windows: a job that ends every process of the guard with it, and a hold on the server's process.

Not executed: written from Microsoft's documentation (Job Objects, OpenProcess, WaitForSingleObject).
"""

import ctypes
import sys

if sys.platform == "win32":
    from ctypes import wintypes

    _KILL_ON_JOB_CLOSE = 0x2000
    _EXTENDED_LIMIT_INFORMATION = 9
    _SYNCHRONIZE = 0x100000
    _WAIT_TIMEOUT = 0x102

    class _BasicLimits(ctypes.Structure):
        _fields_ = (
            ("per_process_user_time", ctypes.c_int64),
            ("per_job_user_time", ctypes.c_int64),
            ("limit_flags", wintypes.DWORD),
            ("minimum_working_set", ctypes.c_size_t),
            ("maximum_working_set", ctypes.c_size_t),
            ("active_processes", wintypes.DWORD),
            ("affinity", ctypes.c_size_t),
            ("priority_class", wintypes.DWORD),
            ("scheduling_class", wintypes.DWORD),
        )

    class _ExtendedLimits(ctypes.Structure):
        _fields_ = (
            ("basic", _BasicLimits),
            ("io_counters", ctypes.c_uint64 * 6),
            ("process_memory", ctypes.c_size_t),
            ("job_memory", ctypes.c_size_t),
            ("peak_process_memory", ctypes.c_size_t),
            ("peak_job_memory", ctypes.c_size_t),
        )

    _kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
    _kernel32.CreateJobObjectW.restype = wintypes.HANDLE
    _kernel32.OpenProcess.restype = wintypes.HANDLE
    _kernel32.GetCurrentProcess.restype = wintypes.HANDLE

    def enter_job() -> None:
        """Put this process in a job that dies with its last handle: the one this process never closes.

        Children are born into it, so a killed guard takes its server along. Raises OSError.
        """
        job = wintypes.HANDLE(_kernel32.CreateJobObjectW(None, None))
        limits = _ExtendedLimits()
        limits.basic.limit_flags = _KILL_ON_JOB_CLOSE
        size = ctypes.sizeof(limits)
        if not _kernel32.SetInformationJobObject(job, _EXTENDED_LIMIT_INFORMATION, ctypes.byref(limits), size):
            raise ctypes.WinError(ctypes.get_last_error())
        if not _kernel32.AssignProcessToJobObject(job, wintypes.HANDLE(_kernel32.GetCurrentProcess())):
            raise ctypes.WinError(ctypes.get_last_error())

    class Held:
        """A process that is watched through a handle, so that a reused pid is never meant."""

        def __init__(self, pid: int) -> None:
            self.pid = pid
            self._handle = wintypes.HANDLE(_kernel32.OpenProcess(_SYNCHRONIZE, False, pid))

        def ended(self) -> bool:
            """It is gone."""
            return not self._handle or _kernel32.WaitForSingleObject(self._handle, 0) != _WAIT_TIMEOUT
