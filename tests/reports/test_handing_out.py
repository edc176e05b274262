"""Reports handed out over HTTP are those of the files."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from bot.domain.errors import UsageError
from bot.reports import hand_out
from bot.reports.tables import TABLES
from bot.store import Store
from tests.reports.conftest import Write
from tests.reports.making import EVENT, Making
from tests.store.making import CHANNEL


@pytest.fixture
async def files(making: Making, write: Write) -> Path:
    await making.everything(60)
    return await write()


async def test_the_page(files: Path, store: Store) -> None:
    found = await hand_out(store, CHANNEL, EVENT)
    assert (found.name, found.content_type) == ("spring.html", "text/html; charset=utf-8")
    assert found.body == (files / "report.html").read_bytes()


async def test_one_table(files: Path, store: Store) -> None:
    for kind in ("csv", "json"):
        found = await hand_out(store, CHANNEL, EVENT, format=kind, table="polls")
        assert (found.name, found.body) == (f"spring-polls.{kind}", (files / f"polls.{kind}").read_bytes())


async def test_all_tables_as_csv_are_one_archive_that_is_always_the_same(files: Path, store: Store) -> None:
    found = await hand_out(store, CHANNEL, EVENT, format="csv")
    assert found == await hand_out(store, CHANNEL, EVENT, format="csv")
    with zipfile.ZipFile(io.BytesIO(found.body)) as archive:
        assert {one: archive.read(one) for one in archive.namelist()} == {
            f"{n}.csv": (files / f"{n}.csv").read_bytes() for n in TABLES
        }


async def test_all_tables_as_json_are_one_object(files: Path, store: Store) -> None:
    read = json.loads((await hand_out(store, CHANNEL, EVENT, format="json")).body)
    assert read == {name: json.loads((files / f"{name}.json").read_text("utf-8")) for name in TABLES}


@pytest.mark.parametrize("what", [{"format": "pdf"}, {"table": "secrets"}, {"names": "short"}, {"event": "nix"}])
async def test_what_does_not_exist_is_said(files: Path, store: Store, what: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        await hand_out(store, CHANNEL, what.pop("event", EVENT), **what)
