"""A person in every table of a real file: handed out whole, taken out whole, and everybody else left as they were."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain.actions import AskService, CountPoll, Entry, PostMessage
from bot.domain.decisions import Decision, Match, Verdict
from bot.domain.errors import StateInUse
from bot.domain.history import Key, Remembered
from bot.domain.signals import PersonAct, WebhookCame
from bot.engine.memory import copy_key
from bot.store import Store, open_alone, open_beside, open_for_reading
from bot.store.sqlite import SqliteDatabase
from tests.store.making import CHANNEL, EVENT, HandClock, act, all_signals, hide, look, message, post, read_page, state_of, step

ANN, BOB = "ann.privacy@example.test", "bob.stays@example.test"
SECRETS = ("ann.privacy", "Ann Privatesson", "my flat in Foo Street", "Foo Street")

COPY_LAST = """INSERT INTO audit (at, who, action, target, prev, mac)
SELECT at, who, action, target, prev, mac FROM audit WHERE seq = 2 RETURNING seq"""


def ann(ref: str, text: str = "my flat in Foo Street", **more: Any) -> Any:
    return message(ref, text, name="Ann Privatesson", email="Ann.Privacy@example.test", **more)


def bob(ref: str, text: str, **more: Any) -> Any:
    return message(ref, text, name="Bob", email=BOB, **more)


@pytest.fixture
async def full(store: Store, clock: HandClock) -> Store:
    await read_page(store, ann("m1", created=900.0), bob("m2", "hi Ann", created=900.0), bob("m3", f"write to {ANN} please"))
    await all_signals(store)
    match = Match("streets", "Foo Street", (11, 21))
    verdict = Verdict("streets", "act", ({"hide": True},), (match,), ("saw Foo Street",))
    facts = {"changed": [["strike", f"email:{ANN}", 1]]}
    made = Decision("m1:ab", EVENT, "m1", "hide", 1_000.0, "sha", verdicts=(verdict,), near=("near Foo Street",), facts=facts)
    words = "Ann Privatesson, please do not write 'my flat in Foo Street'"
    reply = Entry("reply:streets:m1", EVENT, PostMessage(words), decision="m1:ab", what="engagement")
    count = Entry("poll:role#1:count", EVENT, CountPoll("p1", ("a", "b"), votes=True), what="engagement")
    entries = [hide("m1"), reply, count, post("later", f"ask {ANN}", created=1.0)]
    asked = Entry("ask:mood:1:m1:ab", EVENT, AskService("mood", "my flat in Foo Street"), decision="m1:ab")
    entries.append(asked)
    await step(store, decisions=[made], entries=entries, history=remembered() | {("seen", "m8"): None})
    votes = [["e1", 0, ANN, "Ann Privatesson", 1.0], ["e2", 1, BOB, "Bob", 2.0]]
    await act(store, "poll:role#1:count", result={"counts": [1, 1], "votes": votes})
    data = {"email": ANN, "name": "Ann Privatesson"}
    raw = json.dumps(data).encode()
    await store.save_webhook(CHANNEL, "d1", WebhookCame("event.user.signed_up", EVENT, data, "d1"), raw, 1_000.0)
    await store.save_webhook(CHANNEL, "d2", None, raw, 1_000.0, "not understood")
    await store.put_act(CHANNEL, PersonAct(EVENT, "anna", "hide", "m1", {"facts": {"who": f"email:{ANN}"}}), 1_000.0)
    await read_page(store, ann("m1", "my flat in Foo Street 8", created=900.0), asked=1_001.0)
    return store


def remembered() -> dict[Key, Remembered]:
    """Of every kind that tells of people."""
    verdict = {"verdict": "hide", "author": f"email:{ANN}", "ref": "m1", "copies": "my flat in foo street"}
    scores = [[f"email:{ANN}", "Ann Privatesson", 5, 10, 1, 2], [f"email:{BOB}", "Bob", 3, 10, 1, 2]]
    asked = {"n": 1, "ref": "q1", "text": "Bob asks", "name": "Bob", "author": f"email:{BOB}"}
    seen = ["chat", f"email:{ANN}", "Ann Privatesson", "public", "my flat in Foo Street", "m1:ab", {}]
    waiting = {
        "event": EVENT,
        "surface": "chat",
        "text": "my flat in Foo Street",
        "status": "public",
        "deleted": False,
        "trust": None,
    }
    waiting |= {"name": "Ann Privatesson", "email": "Ann.Privacy@example.test"}
    return {
        ("open", "m1"): Remembered({"key": "1", "services": ["mood"], "rules": {}, "message": waiting}),
        ("seen", "m1"): Remembered(seen),
        ("seen", "m2"): Remembered(["chat", f"email:{BOB}", "Bob", "public", "hi Ann", "m2:cd", {}]),
        ("strikes", f"email:{ANN}"): Remembered([[2_000.0, "streets"]], 2_000.0),
        ("strikes", f"email:{BOB}"): Remembered([[2_000.0, "streets"]], 2_000.0),
        ("verdict_text", copy_key("my flat in Foo Street")): Remembered(verdict),
        ("pardon", "streets", copy_key("my flat in Foo Street")): Remembered({"by": "act-1"}),
        ("verdict", "m1"): Remembered(verdict),
        ("signup", ANN): Remembered(5.0),
        ("question", "q1"): Remembered(asked),
        ("quiz", "recap#1"): Remembered({"scores": scores}),
        ("capture", "w#1"): Remembered({"words": {"sun": {"shown": "Sun", "by": [f"email:{ANN}", f"email:{BOB}"]}}}),
    }


async def everything(store: Store, folder: Path) -> str:
    """All that is kept, in lower case: every byte of the files, the log beside included; every row of every table."""
    if isinstance(store.db, SqliteDatabase):
        return await asyncio.to_thread(_bytes_of, folder)
    tables = await look(store, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = [await look(store, f"TABLE {table}") for (table,) in tables]
    raw = await look(store, "SELECT encode(raw, 'escape') FROM delivery WHERE raw IS NOT NULL")
    return str([list(map(str, table)) for table in rows] + [raw]).lower()


def _bytes_of(folder: Path) -> str:
    files = [file for file in folder.glob("usher.db*") if not file.name.endswith("-shm")]
    return b"".join(file.read_bytes() for file in files).decode("latin-1").lower()


def left_in(kept: str) -> list[str]:
    return [word for word in SECRETS if word.lower() in kept]


async def test_forgetting_leaves_no_byte(full: Store, tmp_path: Path) -> None:
    assert len(left_in(await everything(full, tmp_path))) == len(SECRETS)
    done = await full.forget_person(CHANNEL, " ann.privacy@EXAMPLE.test", "cli:op", 2_000.0)
    assert left_in(await everything(full, tmp_path)) == []
    assert done.events == (EVENT,)
    assert not done.nothing


async def test_what_is_not_about_them_stays(full: Store, tmp_path: Path) -> None:
    await full.forget_person(CHANNEL, ANN, "cli:op", 2_000.0)
    rows = {row.message.ref: row for row in await full.messages(CHANNEL)}
    assert (rows["m1"].message.text, rows["m1"].message.author.name, rows["m1"].message.author.email) == ("", "", "")
    assert rows["m1"].decision is not None
    assert rows["m1"].decision.rules == ("streets",)
    assert (rows["m2"].message.text, rows["m2"].message.author.email) == ("hi Ann", BOB)
    assert "@" not in rows["m3"].message.text
    history = await full.load_history(CHANNEL, EVENT)
    assert ("strikes", f"email:{BOB}") in history
    assert ("strikes", f"email:{ANN}") not in history
    assert ("signup", ANN) not in history
    assert history[("seen", "m2")].value[1:5] == [f"email:{BOB}", "Bob", "public", "hi Ann"]
    assert history[("seen", "m1")].value[1:5] != remembered()[("seen", "m1")].value[1:5]
    assert not any(key[0] in {"verdict_text", "pardon"} for key in history)
    assert history[("verdict", "m1")].value["verdict"] == "hide"
    assert [row[1] for row in history[("quiz", "recap#1")].value["scores"]] == ["", "Bob"]
    votes = (await full.report_count(CHANNEL, "poll:role#1:count"))["votes"]
    assert [(row[0], row[1], row[3]) for row in votes] == [("e1", 0, ""), ("e2", 1, "Bob")]
    assert [item.signal for item in await full.next_signals(CHANNEL, 100)]  # every signal can still be read


async def test_what_would_speak_of_them_is_not_sent(full: Store) -> None:
    await full.forget_person(CHANNEL, ANN, "cli:op", 2_000.0)
    assert await state_of(full, "reply:streets:m1") == "cancelled"
    assert await state_of(full, "later") == "cancelled"
    assert await state_of(full, "ask:mood:1:m1:ab") == "cancelled"
    assert await state_of(full, "hide:m1") == "pending"


async def test_what_the_platform_still_shows_is_not_taken_in_again(full: Store, clock: HandClock, tmp_path: Path) -> None:
    await full.forget_person(CHANNEL, ANN, "cli:op", 2_000.0)
    await all_signals(full)
    clock.time = 3_000.0
    old = [ann("m1", "my flat in Foo Street 9", created=900.0), ann("m9", created=1_999.0), ann("m1", status="hidden")]
    for row in old:
        await read_page(full, row)
    signals = await all_signals(full)
    assert not any("Foo Street" in str(signal) for signal in signals)
    assert left_in(await everything(full, tmp_path)) == []


async def test_what_they_write_afterwards_is_moderated_like_anything(full: Store) -> None:
    await full.forget_person(CHANNEL, ANN, "cli:op", 2_000.0)
    await all_signals(full)
    await read_page(full, ann("m20", "back again", created=2_001.0))
    assert [signal.message.text for signal in await all_signals(full)] == ["back again"]


async def test_forgetting_twice_is_forgetting_once(full: Store) -> None:
    first = await full.forget_person(CHANNEL, ANN, "cli:op", 2_000.0)
    again = await full.forget_person(CHANNEL, ANN, "cli:op", 2_001.0)
    assert again.pid == first.pid
    assert again.counts["messages"] == 1  # the blank row is still known to be theirs
    nobody = await full.forget_person(CHANNEL, "nobody@example.test", "cli:op", 2_001.0)
    assert nobody.nothing


async def test_a_forgetting_that_was_cut_short_is_finished_by_the_next(
    full: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 0
    write = full.db.write

    async def dying(work: Any, channel: str = "") -> Any:
        nonlocal count
        count += 1
        if count == 4:
            raise ConnectionResetError("fake crash")
        return await write(work, channel)

    monkeypatch.setattr(full.db, "write", dying)
    with pytest.raises(ConnectionResetError):
        await full.forget_person(CHANNEL, ANN, "cli:op", 2_000.0)
    await full.forget_person(CHANNEL, ANN, "cli:op", 2_001.0)
    assert left_in(await everything(full, tmp_path)) == []


async def test_export_tells_all_of_theirs_and_nothing_of_others(full: Store) -> None:
    told = json.dumps(await full.export_person(CHANNEL, ANN))
    for word in ("my flat in Foo Street", "my flat in Foo Street 8", "Ann Privatesson", "streets", "recap#1", "e1", "signed_up"):
        assert word in told
    for word in (BOB, '"Bob"', '"e2"', "hi Ann"):
        assert word not in told
    assert (await full.export_person(CHANNEL, "nobody@example.test"))["counts"]["messages"] == 0


async def test_export_beside_a_running_daemon(full: Store, url: str, clock: HandClock) -> None:
    beside = await open_for_reading(url, clock)
    assert (await beside.export_person(CHANNEL, ANN))["counts"]["messages"] == 1
    await beside.close()


async def test_requests_go_beside_the_lock(full: Store, url: str, clock: HandClock) -> None:
    with pytest.raises(StateInUse):
        await open_alone(url, clock)
    beside = await open_beside(url, clock)
    number = await beside.put_request(CHANNEL, "forget", {"email": ANN}, "cli:op", 5.0)
    withdrawn = await beside.put_request(CHANNEL, "forget", {"email": BOB}, "cli:op", 5.0)
    assert await beside.withdraw(withdrawn)
    assert [(one.id, one.body["email"]) for one in await full.requests(CHANNEL)] == [(number, ANN)]
    await full.answer(number, "done", {"counts": {"messages": 1}})
    assert await beside.answer_to(number) == ("done", {"counts": {"messages": 1}})
    assert not await beside.withdraw(number)
    assert await beside.answer_to(withdrawn) == ("", {})
    assert list(await full.requests(CHANNEL)) == []
    await beside.close()
    assert await look(full, "SELECT body FROM request") == [("{}",)]


async def test_the_audit_names_only_the_pseudonym_and_shows_alteration(full: Store) -> None:
    done = await full.forget_person(CHANNEL, ANN, "cli:op", 2_000.0)
    lines = await full.audit_lines()
    assert [(line.action, line.sound) for line in lines] == [("hide", True), ("forget", True)]
    assert lines[-1].target == done.pid
    assert [line.seq for line in await full.audit_lines(lines[0].seq)] == [lines[1].seq]
    await look(full, "UPDATE audit SET who = 'somebody else' WHERE seq = 1 RETURNING seq")
    assert [line.sound for line in await full.audit_lines()] == [False, True]
    await look(full, COPY_LAST)
    assert (await full.audit_lines())[-1].sound is False
