"""Files: the same store gives the same bytes, nobody is named who must not be, and a broken run leaves the last good report."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import UsageError
from bot.reports import folder_of, write_report
from bot.reports.names import SMALLEST
from bot.reports.tables import TABLES
from bot.store import Store
from tests.reports.conftest import Write, table
from tests.reports.making import EVENT, HOSTILE, Making
from tests.store.making import CHANNEL

WHOLE = {"report.html"} | {f"{name}.{kind}" for name in TABLES for kind in ("csv", "json")}


@pytest.fixture
async def made(making: Making) -> Making:
    await making.everything()
    return making


async def test_every_file_is_there_and_nothing_else(made: Making, write: Write) -> None:
    assert {file.name for file in (await write()).iterdir()} == WHOLE


@pytest.mark.parametrize("names", ["named", "hashed", "aggregate"])
async def test_the_same_store_gives_the_same_bytes(made: Making, write: Write, names: str) -> None:
    first = {file.name: file.read_bytes() for file in (await write(names)).iterdir()}
    made.clock.time += 5_000_000.0
    assert {file.name: file.read_bytes() for file in (await write(names)).iterdir()} == first


@pytest.mark.parametrize("names", ["hashed", "aggregate"])
async def test_no_name_and_no_address_is_in_any_byte(made: Making, write: Write, names: str) -> None:
    written = b"\n".join(file.read_bytes() for file in sorted((await write(names)).iterdir())).lower()
    for who in made.people:
        spellings = [who.email, who.name, who.name.replace('"', '""'), json.dumps(who.name, ensure_ascii=False)[1:-1]]
        spellings += [sha256(who.email.encode()).hexdigest()]
        assert not [one for one in spellings if len(one) > 2 and one.lower().encode() in written]
    assert b"anna" not in written


async def test_aggregates_have_no_row_of_a_person(made: Making, write: Write) -> None:
    folder = await write("aggregate")
    assert [name for name, one in TABLES.items() if one.personal and table(folder, name)] == []
    assert all(
        row["chatters"] == "" or int(row["chatters"]) == 0 or int(row["chatters"]) >= SMALLEST
        for row in table(folder, "timeseries")
    )
    votes = [row["votes"] for row in table(folder, "poll_results")]
    assert all(one == "" or int(one) == 0 or int(one) >= SMALLEST for one in votes)
    assert not [row for row in table(folder, "actions") if row["what"] in ("hide", "show", "undo")]


async def test_hashed_files_can_be_joined_by_the_pseudonym(made: Making, write: Write) -> None:
    folder = await write("hashed")
    people = {row["person"] for row in table(folder, "attendees")}
    assert len(people) == len(made.people)
    for name in ("chat", "polls", "quiz", "questions"):
        assert {row["person"] for row in table(folder, name)} <= people


async def test_csv_and_json_say_the_same(made: Making, write: Write) -> None:
    folder = await write()
    for name in TABLES:
        read = json.loads((folder / f"{name}.json").read_text("utf-8"))
        rows = table(folder, name)
        objects = [read] if name == "summary" else read
        assert len(rows) == len(objects)
        assert [list(row) for row in rows] == [list(one) for one in objects]
    for row, one in zip(table(folder, "attendees"), json.loads((folder / "attendees.json").read_text("utf-8")), strict=True):
        assert float(row["score"]) == one["score"]
        assert row["name"].removeprefix("'") == one["name"] or row["name"] == one["name"]


async def test_the_recount_from_the_file_is_what_was_posted(made: Making, write: Write) -> None:
    folder = await write()
    votes, results = table(folder, "polls"), table(folder, "poll_results")
    assert len(results) == 10
    for row in results:
        mine = [one for one in votes if one["poll"] == row["poll"]]
        assert len([one for one in mine if one["option_number"] == row["option_number"]]) == int(row["votes"])
        lines = sorted("|".join(one[part] or "None" for part in ("entry", "index", "person")) for one in mine)
        assert sha256("\n".join(lines).encode()).hexdigest() == row["digest"]
        by_address = ["" if one["person"].startswith("name:") else one["person"] for one in mine]
        lines = sorted(f"{one['entry']}|{one['index']}|{address}" for one, address in zip(mine, by_address, strict=True))
        assert sha256("\n".join(lines).encode()).hexdigest() == row["counted_digest"]


async def test_people_have_what_they_did(made: Making, write: Write) -> None:
    folder = await write()
    chat = table(folder, "chat")
    for row in table(folder, "attendees"):
        mine = [one for one in chat if one["person"] == row["person"]]
        assert (len(mine), len([one for one in mine if one["status"] == "hidden"])) == (int(row["messages"]), int(row["hidden"]))
    acts = table(folder, "actions")
    (summary,) = table(folder, "summary")
    assert len([one for one in acts if one["what"] == "hide" and one["undone_by"]]) == int(summary["acts_undone"]) > 0
    assert summary["acts_by_rule"] == f"swearing {summary['acts']} ({summary['acts_undone']} undone)"
    assert (summary["median_answer_seconds"], summary["outage_seconds"], summary["peak_viewers"]) == ("300.0", "42.0", "151")


async def test_hostile_names_are_cells_and_no_formulas(made: Making, write: Write) -> None:
    names = {row["name"] for row in table(await write(), "attendees")}
    assert {HOSTILE[0], HOSTILE[1], "'" + HOSTILE[2], HOSTILE[3]} <= names


async def test_only_what_was_asked_for(made: Making, write: Write) -> None:
    assert {file.name for file in (await write(formats=("html",))).iterdir()} == {"report.html"}


async def test_a_run_that_breaks_leaves_the_last_good_report(
    made: Making, store: Store, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = await write()
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    await made.chat(20)

    async def breaks(*_: object) -> object:
        raise OSError("the disk is gone")

    monkeypatch.setattr(store.__class__, "report_outages", breaks)
    with pytest.raises(OSError, match="gone"):
        await write()
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


async def test_other_files_of_the_folder_stay(made: Making, store: Store, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine", encoding="utf-8")
    await write_report(store, CHANNEL, EVENT, tmp_path / "out", formats=("csv",))
    assert (tmp_path / "out" / "notes.txt").read_text("utf-8") == "mine"


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ({"event": "nix"}, "known events: spring"),
        ({"formats": ("pdf",)}, "no format"),
        ({"names": "short"}, "not 'short'"),
        ({"formats": ()}, "no format"),
    ],
)
async def test_what_does_not_exist_is_said(made: Making, store: Store, tmp_path: Path, what: dict[str, Any], words: str) -> None:
    values: dict[str, Any] = {"event": EVENT, "formats": ("csv",), "names": "named"} | what
    event = values.pop("event")
    with pytest.raises(UsageError, match=words):
        await write_report(store, CHANNEL, event, tmp_path / "out", **values)
    assert not (tmp_path / "out").exists()


async def test_without_a_secret_there_are_no_pseudonyms(store: Store, tmp_path: Path) -> None:
    await store.put_event_state(CHANNEL, EVENT, 1.0)
    with pytest.raises(UsageError, match="no secret"):
        await write_report(store, CHANNEL, EVENT, tmp_path / "out", names="hashed")


@given(st.text(min_size=1))
def test_a_ref_is_no_way_out_of_the_folder(event: str) -> None:
    folder = folder_of(Path("reports"), event)
    assert folder.parent == Path("reports")
    assert folder.name not in {"", ".", ".."}


def test_refs_that_look_alike_get_folders_of_their_own() -> None:
    assert folder_of(Path(), "spring") == Path("spring")
    assert folder_of(Path(), "a/b") != folder_of(Path(), "a_b")
