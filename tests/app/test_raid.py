"""A short raid over real HTTP against the whole bot. `make raid` is the minute with a thousand lines a second; test_overload.py has
the lock of the chat.
"""

from __future__ import annotations

from pathlib import Path

from bench.raid import raid


async def test_a_raid_is_stored_judged_and_hidden_in_the_right_order(tmp_path: Path) -> None:
    found = await raid(tmp_path / "raid", 3.0, 200.0, requests_per_minute=1500)
    assert found.broken() == []
    assert found.said > 100
    assert found.hidden > 20
