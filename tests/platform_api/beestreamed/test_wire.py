"""Messages and events in every shape of the documents, and fuzzed."""

from __future__ import annotations

import contextlib
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.signals import Author, Message, Surface
from bot.platform_api.beestreamed import wire
from bot.platform_api.oddities import BadRow
from tests.platform_api.test_scalars import ANYTHING

BOT = Author("Usher", "usher@example.test")
FULL = {
    "chat_id": 501,
    "chat_ref": "Zk81TtQ2",
    "chat_event_ref": "ev1",
    "chat_name": "Ann",
    "chat_email": "ann@example.test",
    "chat_message": "hello",
    "chat_status": "public",
    "chat_created": "2031-02-03 10:00:05",
    "chat_deleted_time": None,
    "row_num": 2,
}
AT = 1927879205.0


def decode(row: dict[str, Any], surface: Surface = "chat", posted: frozenset[str] = frozenset()) -> Message:
    return wire.message(row, event="ev1", surface=surface, read=7.0, posted=posted, bot=BOT)


def renamed(row: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {key.replace("chat_", prefix, 1): value for key, value in row.items()}


def test_a_full_chat_row() -> None:
    assert decode(FULL) == Message(
        event="ev1",
        ref="Zk81TtQ2",
        surface="chat",
        text="hello",
        author=Author("Ann", "ann@example.test"),
        status="public",
        number=501,
        created=AT,
        read=7.0,
    )


@pytest.mark.parametrize("prefix", ["chat_", "qa_"])
def test_a_question_may_be_named_either_way(prefix: str) -> None:
    question = decode(renamed({**FULL, "chat_status": "new"}, prefix), "qa")
    assert (question.ref, question.number, question.text, question.status) == ("Zk81TtQ2", 501, "hello", "new")
    assert question.author.email == "ann@example.test"


def test_a_questions_own_words_win_over_chat_words() -> None:
    assert decode({**renamed(FULL, "qa_"), "chat_message": "other"}, "qa").text == "hello"
    row = renamed(FULL, "qa_")
    row["qa_question"] = row.pop("qa_message")
    assert decode(row, "qa").text == "hello"


def test_a_reduced_row_does_not_know_its_status() -> None:
    row = {key: FULL[key] for key in ("chat_id", "chat_ref", "chat_message", "chat_name", "chat_created", "row_num")}
    assert decode(row).status == ""
    assert decode(row).author == Author("Ann", "")
    assert not wire.is_full_level(row)
    assert wire.is_full_level(FULL)
    assert wire.is_full_level(renamed(FULL, "qa_"))


def test_a_row_without_ref_goes_by_its_id_and_one_without_both_is_dropped() -> None:
    assert decode({**FULL, "chat_ref": None}).ref == "#501"
    assert decode({**FULL, "chat_id": None}).ref == "Zk81TtQ2"
    with pytest.raises(BadRow):
        decode({**FULL, "chat_ref": "", "chat_id": "x"})


def test_refs_and_ids_of_other_types() -> None:
    assert decode({**FULL, "chat_ref": 99}).ref == "99"
    assert decode({**FULL, "chat_id": "501"}).number == 501
    assert decode({**FULL, "chat_id": 2**70}).number is None


def test_hostile_text_is_clean() -> None:
    message = decode({**FULL, "chat_message": "he\x00llo \ud83d", "chat_name": "A\x1b[31mnn\x00", "chat_email": "a\ud800@x.test"})
    assert message.text == "hello \ufffd"
    assert message.author == Author("A[31mnn", "a\ufffd@x.test")


@pytest.mark.parametrize("words", [["a"], {"b": 1}])
def test_a_text_that_is_none_is_a_bad_row(words: Any) -> None:
    with pytest.raises(BadRow):
        decode({**FULL, "chat_message": words})


@pytest.mark.parametrize(("words", "expected"), [(None, ""), (5, "5"), ("", "")])
def test_other_texts(words: Any, expected: str) -> None:
    assert decode({**FULL, "chat_message": words}).text == expected


def test_very_long_texts_are_cut() -> None:
    message = decode({**FULL, "chat_message": "a" * 1_000_000, "chat_name": "b" * 5000})
    assert len(message.text) == 65_536
    assert len(message.author.name) == 256


@pytest.mark.parametrize(
    ("value", "deleted"),
    [
        (None, False),
        ("", False),
        (0, False),
        ("null", False),
        ("0000-00-00 00:00:00", False),
        ("2031-02-03 10:00:05", True),
        (1927879205, True),
        (True, True),
    ],
)
def test_deleted(value: Any, deleted: bool) -> None:
    assert decode({**FULL, "chat_deleted_time": value}).deleted is deleted


def test_own_messages() -> None:
    assert decode(FULL, posted=frozenset({"Zk81TtQ2"})).own
    assert decode({**FULL, "chat_name": "Usher", "chat_email": "USHER@example.test"}).own
    assert not decode({**FULL, "chat_name": "Usher"}).own
    assert not decode({**FULL, "chat_name": "Usher", "chat_email": ""}).own


def test_unknown_status_words_pass_as_text() -> None:
    assert decode({**FULL, "chat_status": "pinned"}).status == "pinned"


ROW_KEYS = st.sampled_from([*FULL, *renamed(FULL, "qa_"), "qa_question", "zzz"])


@given(st.dictionaries(ROW_KEYS, ANYTHING), st.sampled_from(["chat", "qa"]))
def test_no_row_raises_anything_but_bad_row(row: dict[str, Any], surface: Surface) -> None:
    with contextlib.suppress(BadRow):
        message = decode(row, surface)
        assert message.ref
        assert len(message.ref) <= 128
        "".join([message.text, message.author.name, message.author.email, message.status, message.ref]).encode()


EVENT = {
    "event_id": 3,
    "event_ref": "ev1",
    "event_title": "Town hall",
    "event_status": "live",
    "event_date": "2031-02-03 12:00:05",
    "event_chat": True,
    "event_qa": 0,
    "event_password": "planted",
}


def test_an_event_of_the_details() -> None:
    state = wire.event_state(EVENT)
    assert (state.event, state.title, state.status, state.phase) == ("ev1", "Town hall", "live", "on_air")
    assert (state.chat, state.qa) == (True, False)
    assert "planted" not in repr(state)


@pytest.mark.parametrize(
    ("extra", "starts", "zone"),
    [
        ({}, AT + 2 * 3600, "UTC"),
        ({"event_timezone": "Europe/Berlin"}, AT + 3600, "Europe/Berlin"),
        ({"event_timezone": "../etc"}, AT + 2 * 3600, "UTC"),
        ({"event_date": "2031-02-03 12:00:05 +02:00", "event_timezone": "Asia/Tokyo"}, AT, "Asia/Tokyo"),
        ({"event_date_unix": 1927879205, "event_timezone": "Asia/Tokyo"}, AT, "Asia/Tokyo"),
        ({"event_date_unix": "1927879205"}, AT, "UTC"),
        ({"event_date_unix": 0, "event_date": None}, None, "UTC"),
    ],
)
def test_start_times_in_their_order_of_trust(extra: dict[str, Any], starts: float | None, zone: str) -> None:
    state = wire.event_state({**EVENT, **extra})
    assert (state.starts, state.zone) == (starts, zone)


def test_the_configured_zone_is_the_last_resort_and_worth_a_warning() -> None:
    assert wire.event_state(EVENT, fallback=ZoneInfo("Europe/Berlin")).starts == AT + 3600
    assert wire.start_is_guessed(EVENT)
    for known in (
        {"event_timezone": "UTC"},
        {"event_date_unix": 5},
        {"event_date": "2031-02-03 12:00:05 +02:00"},
        {"event_date": None},
    ):
        assert not wire.start_is_guessed({**EVENT, **known})


@pytest.mark.parametrize(
    ("word", "phase"),
    [
        ("idle", "before"),
        ("scheduled", "before"),
        ("live", "on_air"),
        ("force_live", "on_air"),
        ("active", "on_air"),
        ("video", "playback"),
        ("done", "over"),
        ("ended", "over"),
        (" LIVE ", "on_air"),
        ("rehearsing", "unknown"),
        ("", "unknown"),
    ],
)
def test_phases(word: str, phase: str) -> None:
    assert wire.phase_of(word) == phase


def test_an_event_without_ref_is_a_bad_row_unless_we_asked_for_it() -> None:
    with pytest.raises(BadRow):
        wire.event_state({"event_status": "live"})
    assert wire.event_state({"event_ref": "EV1"}, asked="ev1").event == "ev1"


@given(st.dictionaries(st.sampled_from([*EVENT, "event_timezone", "event_date_unix"]), ANYTHING))
def test_no_event_raises_anything_but_bad_row(row: dict[str, Any]) -> None:
    with contextlib.suppress(BadRow):
        wire.event_state(row, fallback=UTC)
    wire.start_is_guessed(row)


@given(
    st.dictionaries(st.sampled_from([*wire._LOOKED_AT, "row_num", "chat_event_ref", "more"]), ANYTHING, max_size=12),
    st.sampled_from(["chat", "qa"]),
)
def test_rows_with_the_same_words_are_the_same_message(row: dict[str, Any], surface: Surface) -> None:
    bare = {key: value for key, value in row.items() if key in wire._LOOKED_AT}
    assert repr(wire.words_of(row)) == repr(wire.words_of(bare))
    found: list[object] = []
    for one in (row, bare):
        try:
            found.append(decode(one, surface))
        except BadRow as reason:
            found.append(str(reason))
    assert found[0] == found[1]


def test_null_is_something_and_a_missing_name_is_nothing() -> None:
    assert wire.words_of({"chat_name": None}) != wire.words_of({})
