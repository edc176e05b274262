"""One connection in its thread: a job runs whole, and what it raises comes back."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.errors import StoreBroken
from bot.store.database import Tx
from bot.store.driver import Connection, Driver, connect
from bot.store.sqlite_tx import reading, writing

QUERIES = {"put": "INSERT INTO item (name) VALUES (:name)", "names": "SELECT name FROM item ORDER BY name"}


@pytest.fixture
async def driver(tmp_path: Path) -> AsyncIterator[Driver]:
    made = await connect(tmp_path / "items.db")
    await made.run("CREATE TABLE item (name TEXT PRIMARY KEY)")
    yield made
    await made.close()


async def names(driver: Driver) -> list[str]:
    async def work(tx: Tx) -> list[str]:
        return [name for (name,) in await tx.all("names")]

    return await driver.whole(reading(work, QUERIES))


async def test_a_transaction_is_kept_whole(driver: Driver) -> None:
    async def work(tx: Tx) -> int:
        await tx.run("put", name="a")
        return await tx.many("put", [{"name": "b"}, {"name": "c"}])

    assert await driver.whole(writing(work, QUERIES)) == 2
    assert await names(driver) == ["a", "b", "c"]


async def test_nothing_remains_of_one_that_fails(driver: Driver) -> None:
    async def work(tx: Tx) -> None:
        await tx.run("put", name="a")
        await tx.run("put", name="a")

    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        await driver.whole(writing(work, QUERIES))
    assert await names(driver) == []


async def test_nothing_remains_of_one_whose_work_raises(driver: Driver) -> None:
    async def work(tx: Tx) -> None:
        await tx.run("put", name="a")
        raise LookupError("as asked")

    with pytest.raises(LookupError, match="as asked"):
        await driver.whole(writing(work, QUERIES))
    assert await names(driver) == []


async def test_waiting_for_something_else_is_refused(driver: Driver) -> None:
    async def work(tx: Tx) -> None:
        await tx.run("put", name="a")
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="waits for something else than its own statements"):
        await driver.whole(writing(work, QUERIES))
    assert await names(driver) == []


async def test_what_cannot_be_taken_back_is_told(driver: Driver) -> None:
    class Stuck:
        in_transaction = True

        async def execute(self, sql: str, values: object = ()) -> sqlite3.Cursor:
            raise sqlite3.OperationalError(f"no {sql}")

        executemany = execute
        execute_fetchall = execute

    async def work(tx: Tx) -> None:
        await tx.run("put", name="a")

    with pytest.raises(StoreBroken, match="rolling back failed: no ROLLBACK"):
        await writing(work, QUERIES)(Stuck())  # type: ignore[arg-type]  # fails before anything is given back


async def test_jobs_run_one_after_another_in_one_thread(driver: Driver) -> None:
    seen: list[str] = []

    async def job(connection: Connection) -> None:
        await connection.execute("SELECT 1")
        seen.append(threading.current_thread().name)

    await asyncio.gather(*(driver.whole(job) for _ in range(5)))
    assert len(seen) == 5
    assert len(set(seen)) == 1
    assert seen[0] != threading.current_thread().name


async def test_a_file_that_cannot_be_opened_leaves_no_thread(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with pytest.raises(sqlite3.OperationalError, match="unable to open"):
        await connect(tmp_path / "none" / "items.db")
    async with asyncio.timeout(10.0):
        while set(threading.enumerate()) - before:
            await asyncio.sleep(0.01)
