"""A few rounds of the kill loop in every run of the tests; `make kill-loop N=200` is the long one."""

from __future__ import annotations

from pathlib import Path

from tests.app.kill_loop import kill_loop


async def test_nothing_is_lost_or_doubled_by_kills(tmp_path: Path) -> None:
    found = await kill_loop(5, tmp_path)
    assert found.well, found
    assert found.kills == 5
    assert found.messages > 10
