"""The state file's surroundings: one running copy (an exclusive lock that dies with its process), and a disk that can be trusted.

Write-ahead logging needs memory shared between processes, which network file systems do not give (reliability C12).
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from bot.domain.errors import StateInUse, UsageError

_NETWORK = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "9p",
        "afs",
        "ceph",
        "glusterfs",
        "fuse.glusterfs",
        "fuse.sshfs",
        "lustre",
        "ocfs2",
        "gfs2",
    }
)


class FileLock:
    """An exclusive lock on `<state>.lock`, which holds the number of our process."""

    def __init__(self, state: Path) -> None:
        """Takes the lock or raises StateInUse."""
        self._path = state.with_name(state.name + ".lock")
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            owner = os.read(self._file, 32).decode("ascii", "replace").strip() or "unknown"
            os.close(self._file)
            raise StateInUse(
                f"{state} is in use by process {owner}; stop that copy, or give this one another [store] url"
            ) from error
        os.ftruncate(self._file, 0)
        os.write(self._file, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        """Lets the next copy in. The file stays: removing it would let two copies lock two files of one name."""
        os.close(self._file)


def refuse_network_disk(state: Path, mounts: str) -> None:
    """Raises UsageError if the state would lie on a network file system."""
    kind = file_system(state, mounts)
    if kind in _NETWORK:
        raise UsageError(f"{state} lies on a network file system ({kind}); put the state on a local disk, or use PostgreSQL")


def file_system(path: Path, mounts: str) -> str:
    """The file system's name for an absolute path, from the text of /proc/self/mounts; "" if it is not told.

    >>> file_system(Path("/data/x.db"), "/dev/a / ext4 rw 0 0\\nhost:/v /data nfs4 rw 0 0\\n")
    'nfs4'
    """
    best, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(fields[1].replace("\\040", " "))
        if path.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), fields[2]
    return kind


def mounts_now() -> str:
    """The text of /proc/self/mounts, or "" where there is none."""
    try:
        return Path("/proc/self/mounts").read_text("utf-8", "replace")
    except OSError:
        return ""
