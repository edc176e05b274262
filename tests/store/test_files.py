from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.domain.errors import StateInUse, UsageError
from bot.store.files import FileLock, file_system, refuse_network_disk

MOUNTS = (
    "/dev/vda / ext4 rw 0 0\nhost:/v /data nfs4 rw 0 0\n//h/s /with\\040space cifs rw 0 0\ntmpfs /data/local tmpfs rw 0 0\nodd\n"
)


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/home/x", "ext4"), ("/data/x", "nfs4"), ("/database/x", "ext4"), ("/with space/x", "cifs"), ("/data/local/x", "tmpfs")],
)
def test_file_system_by_longest_mount(path: str, kind: str) -> None:
    assert file_system(Path(path), MOUNTS) == kind


def test_network_disk_is_refused() -> None:
    with pytest.raises(UsageError, match=r"network file system .nfs4.; put the state on a local disk"):
        refuse_network_disk(Path("/data"), MOUNTS)
    refuse_network_disk(Path("/home"), MOUNTS)


def test_second_lock_names_the_process(tmp_path: Path) -> None:
    first = FileLock(tmp_path / "usher.db")
    with pytest.raises(StateInUse, match=f"in use by process {os.getpid()}"):
        FileLock(tmp_path / "usher.db")
    first.release()
    FileLock(tmp_path / "usher.db").release()
