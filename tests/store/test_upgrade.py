"""States of every older schema are brought up to date with what they hold; a newer one is refused (B13)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.errors import StoreFull
from bot.store import open_store
from bot.store.queries import load_migrations
from tests.store.making import CHANNEL, EVENT, HandClock

STEPS = load_migrations("sqlite")
MESSAGE = """INSERT INTO message (channel, surface, ref, event, text, version, name, email, author, status, read, asked)
VALUES ('main', 'chat', 'm1', 'ev1', 'hello', 'v', 'Ann', 'ann@example.test', 'email:ann@example.test', 'public', 1.0, 1.0)"""
AUDIT = "INSERT INTO audit (at, channel, who, action, target) VALUES (1.0, 'main', 'anna', 'pause', '')"


def older(path: Path, steps: int) -> None:
    """A state as the first so many steps left it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at REAL NOT NULL)")
        for step in STEPS[:steps]:
            for statement in step.statements:
                connection.execute(statement)
            connection.execute("INSERT INTO migration VALUES (?, ?, 1.0)", (step.number, step.name))
        connection.execute(MESSAGE)
        connection.execute(AUDIT)


@pytest.mark.parametrize("steps", range(1, len(STEPS)))
async def test_an_older_state_keeps_what_it_holds(tmp_path: Path, steps: int) -> None:
    path = tmp_path / "usher.db"
    older(path, steps)
    store = await open_store(f"sqlite:{path}", HandClock())
    assert [row.message.text for row in await store.messages(CHANNEL, event=EVENT)] == ["hello"]
    await store.audit("anna", "resume", "", 2.0)
    lines = await store.audit_lines()
    assert [(line.action, line.sound) for line in lines][-1] == ("resume", True)
    assert lines[0].sound in (None, True)
    assert (await store.forget_person(CHANNEL, "ann@example.test", "cli", 3.0)).counts["messages"] == 1
    await store.close()
    again = await open_store(f"sqlite:{path}", HandClock())  # nothing is left to be done
    await again.close()


async def test_a_step_that_cannot_begin_leaves_the_state_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "usher.db"
    older(path, len(STEPS) - 1)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")  # somebody else has it: the step cannot begin
        with pytest.raises(StoreFull):
            await open_store(f"sqlite:{path}", HandClock())
        connection.execute("ROLLBACK")
    opened = await open_store(f"sqlite:{path}", HandClock())
    assert len(await opened.messages(CHANNEL)) == 1
    await opened.close()
