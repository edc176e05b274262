"""Both shapes of every answer, the contradictions between them, and anything else that JSON can hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platform_api.oddities import BadRow, Oddities
from bot.platform_api.realtimekit import wire
from bot.platform_api.realtimekit.values import Detail, Paging
from tests.platform_api.test_scalars import ANYTHING

LIVE = {
    "id": "ls-1",
    "name": None,
    "status": "LIVE",
    "meeting_id": None,
    "ingest_server": "rtmps://in.example.test:443/live/",
    "stream_key": "planted-key",
    "playback_url": "https://play.example.test/a.m3u8",
    "disabled": False,
    "created_at": "2031-05-06T07:08:09.100Z",
    "updated_at": "2031-05-06T07:08:09.100Z",
}
RUN = {
    "id": "run-1",
    "livestream_id": "ls-1",
    "err_message": None,
    "invoked_time": None,
    "started_time": "2031-05-06T07:08:09Z",
    "stopped_time": None,
    "ingest_seconds": "12",
    "viewer_seconds": 7.25,
}
PAGING = {"total_count": 1, "start_offset": 1, "end_offset": 1}


@pytest.mark.parametrize(
    ("body", "payload"),
    [
        ({"success": True, "data": {"a": 1}}, {"a": 1}),
        ({"success": True, "result": {"a": 1}, "data": None}, {"a": 1}),
        ({"result": {"data": [1], "paging": PAGING}}, [1]),
        ({"success": True, "result": None, "data": [1]}, [1]),
        ({"success": True, "LivestreamBase": {"id": "x"}}, {"id": "x"}),
        ({"success": True, "data": None}, None),
        ({"success": True}, None),
        ({"id": "x"}, {"id": "x"}),
        ([1], [1]),
        (None, None),
    ],
)
def test_the_envelope_comes_off(body: Any, payload: Any) -> None:
    assert wire.payload_of(body) == payload


@pytest.mark.parametrize(
    ("value", "rows"),
    [
        ([1, 2], [1, 2]),
        ({"data": [1], "paging": PAGING}, [1]),
        ({"livestreams": [1]}, [1]),
        ({"sessions": [1]}, [1]),
        ({"id": "x", "paging": PAGING}, [{"id": "x", "paging": PAGING}]),
        ({"paging": PAGING}, []),
        ({}, []),
        (None, []),
        ("x", []),
    ],
)
def test_lists_and_objects(value: Any, rows: list[Any]) -> None:
    assert wire.as_list(value) == rows


@pytest.mark.parametrize(
    "body",
    [
        {"success": True, "data": {**LIVE, "paging": PAGING}},
        {"success": True, "data": [LIVE], "paging": PAGING},
        {"success": True, "result": {"data": [LIVE], "paging": PAGING}},
    ],
    ids=["declared", "shown", "seed"],
)
def test_a_list_of_livestreams_in_each_shape(body: Any) -> None:
    found = wire.listed(body, wire.broadcast, "livestream", Oddities())
    assert [row.id for row in found.rows] == ["ls-1"]
    assert found.paging == Paging(1, 1, 1)
    assert found.rows[0].created == 1935817689.1


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"livestream": LIVE, "session": RUN, "paging": PAGING}},
        {"data": {"livestream": LIVE, "sessions": [RUN]}, "paging": PAGING},
        {"data": {"livestreams": [LIVE], "sessions": RUN, "paging": PAGING}},
    ],
    ids=["declared", "shown", "mixed"],
)
def test_a_livestream_with_its_runs_in_each_shape(body: Any) -> None:
    found = wire.detail(body, Oddities())
    assert found.livestream is not None
    assert found.livestream.id == "ls-1"
    assert [(run.id, run.ingest_seconds, run.viewer_seconds) for run in found.runs] == [("run-1", 12.0, 7.25)]
    assert found.paging == Paging(1, 1, 1)


def test_the_guide_shows_a_flat_livestream_with_seconds() -> None:
    found = wire.detail({"data": {**LIVE, "ingest_seconds": 60, "viewer_seconds": 0}}, Oddities()).livestream
    assert found is not None
    assert (found.ingest_seconds, found.viewer_seconds) == (60.0, 0.0)


@pytest.mark.parametrize("data", [None, {}, [], "none"], ids=["null", "object", "list", "text"])
def test_none_is_active_in_each_way(data: Any) -> None:
    assert wire.active({"success": True, "data": data}, Oddities()) is None


def test_of_several_active_ones_the_first_on_air_counts() -> None:
    rows = [{**LIVE, "id": "a", "status": "IDLE"}, {**LIVE, "id": "b"}]
    found = wire.active({"data": rows}, Oddities())
    assert found is not None
    assert found.id == "b"


@pytest.mark.parametrize(
    ("given", "wanted"), [(True, True), (False, False), ("false", False), ("true", True), (0, False), (1, True), ("?", None)]
)
def test_disabled_may_be_text(given: Any, wanted: bool | None) -> None:
    assert wire.broadcast({"id": "x", "disabled": given}).disabled is wanted


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("LIVE", "on_air"),
        ("INVOKED", "starting"),
        ("IDLE", "off"),
        ("OFFLINE", "off"),
        ("ERRORED", "failed"),
        ("live", "on_air"),
        ("PAUSED", "unknown"),
        ("", "unknown"),
    ],
)
def test_status_words(word: str, status: str) -> None:
    assert wire.status_of(word) == status


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"success": False, "errors": [{"code": 10001, "message": "no"}], "result": None}, ("no", "10001")),
        ({"success": False, "error": {"code": 404, "message": "gone"}}, ("gone", "404")),
        ({"success": "false", "message": "why"}, ("why", "")),
        ({"success": False}, ("the platform says that it did not succeed", "")),
    ],
)
def test_what_a_refusal_says(body: Any, said: tuple[str, str]) -> None:
    assert wire.refusal(body) == said
    assert wire.refusal({**body, "success": True}) is None


def test_a_bad_row_is_named_by_its_keys_and_the_good_ones_go_on() -> None:
    oddities = Oddities()
    body = {"data": [LIVE, {"stream_key": "planted", "name": "x"}, 7, {**LIVE, "id": "ls-2"}]}
    found = wire.listed(body, wire.broadcast, "livestream", oddities)
    assert [row.id for row in found.rows] == ["ls-1", "ls-2"]
    assert found.received == 4
    told = " ".join(oddities.counts())
    assert "name, stream_key" in told
    assert "planted" not in told


def test_no_secret_is_shown() -> None:
    assert "planted" not in repr(wire.broadcast(LIVE)) + repr(wire.detail({"data": [LIVE]}, Oddities()))


@given(ANYTHING)
def test_nothing_leaves_a_decoder_but_bad_rows(value: Any) -> None:
    oddities = Oddities()
    wire.refusal(value)
    wire.message_of(value)
    wire.active(value, oddities)
    assert isinstance(wire.detail({"data": value}, oddities), Detail)
    for decode in (wire.broadcast, wire.run, wire.totals):
        wire.listed({"data": [value, LIVE]}, decode, "row", oddities)
        if isinstance(value, dict):
            try:
                decode(value)
            except BadRow:
                continue


@given(st.dictionaries(st.sampled_from(sorted(LIVE) + sorted(RUN)), ANYTHING))
def test_any_value_in_any_field(row: dict[str, Any]) -> None:
    for decode in (wire.broadcast, wire.run, wire.totals):
        assert len(wire.rows_of([row, {**LIVE, **RUN}], decode, "row", Oddities())) >= 1
