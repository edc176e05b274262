"""How much there was a minute, however the rows lie."""

from __future__ import annotations

from bot.store import Store
from tests.store.making import CHANNEL, decision, message, read_page, step

SINCE = 6_000.0


async def test_trends_begin_where_they_are_asked_to(store: Store) -> None:
    for number, read in enumerate((5_000.0, 5_930.0, SINCE + 1, SINCE - 30, SINCE, SINCE + 61, SINCE - 1)):
        await read_page(store, message(f"m{number}", read=read))
        await step(store, decisions=[decision(f"m{number}", "hide", at=read)])
    found = await store.trends(CHANNEL, "", SINCE)
    assert [(one.minute, one.messages, one.hidden) for one in found] == [(100, 2, 2), (101, 1, 1)]
    assert await store.trends(CHANNEL, "other", SINCE) == []
    assert await store.trends("other", "", SINCE) == []
    assert len(await store.trends(CHANNEL, "", 0.0)) == 5
