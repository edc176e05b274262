"""Recorded messages as a show."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.rehearsal.audience_acts import Say, Turn
from bot.rehearsal.audience_recorded import longest_silence, read, recorded, show


def _lines(*records: object) -> list[str]:
    return [json.dumps(record) for record in records]


def test_names_addresses_surfaces_and_missing_things() -> None:
    out = recorded(
        _lines(
            {"t": 2, "name": "Ann", "email": "ann@example.test", "text": "hello", "surface": "qa", "odd": [1]},
            {"author": "u1", "text": "hi", "room": "r"},
            {"t": 9.5, "text": "who am I"},
            {"t": 9.5, "text": ""},
        )
    )
    assert [say.at for say in out.said] == [2.0, 3.0, 9.5, 9.5]
    assert [say.surface for say in out.said] == ["qa", "chat", "chat", "chat"]
    assert [(say.person.name, say.person.email) for say in out.said][:2] == [("Ann", "ann@example.test"), ("u1", "")]
    assert len({say.person.name for say in out.said[2:]}) == 2
    assert not out.problems


def test_without_times_there_is_a_line_a_second() -> None:
    assert [say.at for say in recorded(_lines({"text": "a"}, {"text": "b"}, {"text": "c"})).said] == [0.0, 1.0, 2.0]


def test_a_time_that_goes_back_far_begins_a_new_part_and_a_slip_does_not() -> None:
    times = [0, 1000, 995, 1001, 0, 10]
    assert [say.at for say in recorded(_lines(*({"t": t, "text": "x"} for t in times))).said] == [0, 1000, 1000, 1001, 1002, 1012]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        '{"t": 1}',
        '{"text": 5}',
        '{"text": "x", "t": "soon"}',
        '{"text": "x", "t": NaN}',
        '{"text": "x", "surface": "wall"}',
    ],
)
def test_a_line_that_cannot_be_read_is_told_and_the_rest_goes_on(line: str) -> None:
    out = recorded(['{"text": "a"}', "", line, '{"text": "b"}'])
    assert [say.text for say in out.said] == ["a", "b"]
    assert [number for number, _ in out.problems] == [3]


def test_a_file_with_broken_bytes_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "chat.jsonl"
    path.write_bytes(b'{"text": "caf\xff"}\n{"text": "b"}\n')
    assert [say.text for say in read(path).said] == ["caf�", "b"]


def test_each_room_is_an_event_of_its_own_with_its_own_time() -> None:
    said = recorded(
        _lines(
            {"t": 0, "text": "a", "room": "one"},
            {"t": 500, "text": "b", "room": "one"},
            {"t": 20, "text": "c", "event": "two/x y"},
            {"t": 0, "text": "d", "room": "one"},
        )
    ).said
    assert [(say.event, say.at, say.text) for say in said] == [
        ("one", 0, "a"),
        ("two-x-y", 20, "c"),
        ("one", 500, "b"),
        ("one", 501, "d"),
    ]
    assert show(said).events == ("one", "two-x-y")


def test_a_recording_that_fits_is_lived_through_and_of_a_long_one_silences_are_left_out() -> None:
    said = recorded(_lines(*({"t": t, "text": "x"} for t in (0, 2, 500, 501)))).said
    assert show(said, 600.0).longest_silence is None
    plan = show(said, 20.0)
    assert [act.at for act in plan.acts] == [0, 2, 4, 502, 503, 508]
    assert plan.longest_silence == pytest.approx(9.0)  # 2 + 2 + 9 and 1 until the bot is done + 1 + 5 seconds are played


def test_the_longest_silence_of_lines_that_come_all_at_once() -> None:
    assert longest_silence(show(recorded(_lines(*({"t": 5, "text": "x"} for _ in range(9)))).said).acts, 60.0) is None


def test_a_show_goes_live_before_the_first_line_and_ends_after_the_last() -> None:
    plan = show(recorded(_lines({"t": 100, "text": "a", "author": "u1"}, {"t": 103, "text": "b", "author": "u1"})).said)
    assert [(act.at, act.status if isinstance(act, Turn) else act.text) for act in plan.acts] == [
        (0.0, "live"),
        (2.0, "a"),
        (5.0, "b"),
        (10.0, "done"),
    ]
    assert len(plan.people) == 1
    assert all(isinstance(act, Say | Turn) for act in plan.acts)
    assert show(()).lines == ()
