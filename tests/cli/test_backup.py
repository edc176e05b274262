from __future__ import annotations

from pathlib import Path

from tests.cli.processes import FarStage, usher
from tests.cli.test_privacy import EMAIL, config, daemon, hits, judged, say, state

__all__ = ["config"]


def test_copied_beside_the_daemon_and_put_back_without_whom_it_forgot(tmp_path: Path, far_stage: FarStage, config: Path) -> None:
    copy = tmp_path / "copies" / "one.db"
    copy.parent.mkdir()
    with daemon(config) as running:
        url = running.url()
        say(far_stage, "my own line")
        judged(url, 1)
        done = usher("backup", copy, "--config", config)
        assert (done.returncode, copy.stat().st_mode & 0o777) == (0, 0o600), done.stderr
        assert usher("restore", copy, "--config", config).returncode == 2  # a daemon runs
        assert usher("forget", EMAIL, "--config", config).returncode == 0
        running.end()
    assert hits(copy.read_bytes().decode("latin-1"))
    back = usher("restore", copy, "--config", config)
    assert (back.returncode, "forgotten again: 1 of 1 people" in back.stdout) == (0, True), back.stdout + back.stderr
    assert hits(state(tmp_path)) == []
    with daemon(config) as running:
        running.url()
        assert "PAUSED" in usher("status", "--url", running.url(), "--token", "fake-admin").stdout
        running.end()


def test_mistakes(tmp_path: Path, config: Path) -> None:
    assert usher("backup", tmp_path / "x.db", "--config", config).returncode == 2  # no state yet
    assert usher("restore", tmp_path / "none.db", "--config", config).returncode == 2
    (tmp_path / "usher.db").write_text("no database at all, but long enough to be taken for one" * 20)
    damaged = usher("backup", tmp_path / "x.db", "--config", config)
    assert (damaged.returncode, list(tmp_path.glob("x.db*"))) == (2, [])
    assert usher("backup", tmp_path / "nowhere" / "x.db", "--config", config).returncode == 2
