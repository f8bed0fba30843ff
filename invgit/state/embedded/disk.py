"""On which file system a folder is: a lock on a network file system may mean nothing to the next machine."""

import os
import sys
from pathlib import Path

NETWORK = frozenset(
    {"9p", "afs", "beegfs", "ceph", "cifs", "coda", "gfs2", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2"}
    | {"orangefs", "prl_fs", "pvfs2", "smb2", "smb3", "smbfs", "vboxsf", "vmhgfs"}
    | {"fuse.ceph", "fuse.ceph-fuse", "fuse.curlftpfs", "fuse.davfs", "fuse.gcsfuse", "fuse.gcsf", "fuse.glusterfs"}
    | {"fuse.grpcfuse", "fuse.gvfsd-fuse", "fuse.juicefs", "fuse.mfs", "fuse.moosefs", "fuse.mount-s3", "fuse.osxfs"}
    | {"fuse.rclone", "fuse.s3fs", "fuse.seaweedfs", "fuse.smbnetfs", "fuse.sshfs", "fuse.vmhgfs-fuse"}
)
"""Types, as Linux names them, of file systems that more than one kernel may write to at once."""

_MOUNTS = Path("/proc/self/mountinfo")


def kind(folder: Path) -> str | None:
    """The type of the file system that a folder is on; None where nothing says it (known on Linux only)."""
    if sys.platform == "win32":
        return None
    try:
        mounts = _MOUNTS.read_bytes()
    except OSError:
        return None
    return kind_in(mounts, folder.stat().st_dev)


def kind_in(mounts: bytes, device: int) -> str | None:
    """The type of the file system with this device number, from the text of a `mountinfo` file, or None.

    The format is proc_pid_mountinfo(5): ten fields and an unknown number of optional ones, which ` - ` ends.
    """
    number = f"{os.major(device)}:{os.minor(device)}".encode()
    for line in mounts.splitlines():
        mount, separator, source = line.partition(b" - ")
        fields = mount.split(b" ")
        if separator and len(fields) > 2 and fields[2] == number:
            return os.fsdecode(source.split(b" ")[0])
    return None
