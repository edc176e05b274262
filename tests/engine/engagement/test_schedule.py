from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.signals import EventState
from bot.engine.engagement.schedule import local_name, next_after, occurrences
from bot.ruleset.engagement import Cue, Trigger

from .show import IDLE, START, read

BERLIN = replace(IDLE, zone="Europe/Berlin")
NEW_YORK = replace(IDLE, zone="America/New_York")
LORD_HOWE = replace(IDLE, zone="Australia/Lord_Howe")
"""Half an hour of daylight saving."""


def cue(when: dict[str, str], **more: object) -> Cue:
    return Cue.model_validate({"id": "c", "when": when, "do": [{"post": "x"}], **more})


def at(text: str) -> float:
    return datetime.fromisoformat(text).astimezone(UTC).timestamp()


def names(item: Cue, event: EventState, since: str, until: str) -> list[str]:
    trigger = item.triggers[0]
    return [one.name for one in occurrences(item, trigger, event, at(since), at(until))]


@pytest.mark.parametrize(
    ("event", "line", "since", "until", "expected"),
    [
        # the gap: 02:30 does not exist and comes once, at the gap's end
        (BERLIN, "30 2 * * *", "2026-03-29T00:00Z", "2026-03-29T01:00Z", ["2026-03-29T03:00:00"]),
        (BERLIN, "30 2 * * *", "2026-03-29T01:00Z", "2026-03-29T09:00Z", []),
        (NEW_YORK, "30 2 * * *", "2026-03-08T06:30Z", "2026-03-08T07:00Z", ["2026-03-08T03:00:00"]),
        # the overlap: 02:30 is there twice and comes once, the first time
        (BERLIN, "30 2 * * *", "2026-10-25T00:00Z", "2026-10-25T00:30Z", ["2026-10-25T02:30:00"]),
        (BERLIN, "30 2 * * *", "2026-10-25T00:30Z", "2026-10-25T01:29Z", []),
        (BERLIN, "30 2 * * *", "2026-10-25T01:29Z", "2026-10-25T01:30Z", []),
        (BERLIN, "30 2 * * *", "2026-10-25T01:30Z", "2026-10-25T02:20Z", []),
        (NEW_YORK, "30 1 * * *", "2026-11-01T05:00Z", "2026-11-01T05:30Z", ["2026-11-01T01:30:00"]),
        (NEW_YORK, "30 1 * * *", "2026-11-01T05:30Z", "2026-11-01T06:29Z", []),
        (NEW_YORK, "30 1 * * *", "2026-11-01T05:40Z", "2026-11-01T06:35Z", []),
        # what recurs by the minute goes on through both hours, and the second ones have names of their own
        (BERLIN, "*/30 * * * *", "2026-10-25T00:00Z", "2026-10-25T01:00Z", ["2026-10-25T02:00:00+0100", "2026-10-25T02:30:00"]),
        (BERLIN, "*/30 * * * *", "2026-10-25T01:00Z", "2026-10-25T02:00Z", ["2026-10-25T02:30:00+0100", "2026-10-25T03:00:00"]),
        (BERLIN, "*/30 * * * *", "2026-03-29T00:40Z", "2026-03-29T01:40Z", ["2026-03-29T03:00:00", "2026-03-29T03:30:00"]),
        # half an hour
        (LORD_HOWE, "10 2 * * *", "2026-10-03T14:00Z", "2026-10-03T15:59Z", ["2026-10-04T02:30:00"]),
        # Sunday is 0, SUN and 7
        (IDLE, "0 12 * * 0", "2026-05-03T11:30Z", "2026-05-03T12:00Z", ["2026-05-03T12:00:00"]),
        (IDLE, "0 12 * * SUN", "2026-05-04T11:30Z", "2026-05-04T12:00Z", []),
        # half open: the end belongs to the span, its beginning does not
        (IDLE, "0 12 * * *", "2026-05-04T12:00Z", "2026-05-04T12:59Z", []),
    ],
)
def test_cron_over_changes_of_the_clocks(event: EventState, line: str, since: str, until: str, expected: list[str]) -> None:
    assert sorted(names(cue({"cron": line}), event, since, until)) == sorted(expected)


def test_of_a_long_absence_only_the_last_hour_is_looked_at() -> None:
    found = names(cue({"cron": "*/1 * * * *"}), IDLE, "2026-05-01T00:00Z", "2026-05-04T00:00Z")
    assert len(found) == 10
    assert found[-1] == "2026-05-04T00:00:00"


@pytest.mark.parametrize(
    ("moment", "event", "expected"),
    [
        ("start-10m", IDLE, START - 600),
        ("end-5m", IDLE, START + 6900),
        ("live+5m", IDLE, None),
        ("live+5m", replace(IDLE, live_since=START + 60), START + 360),
        ("09:30", BERLIN, START + 1800),
        ("02:59", BERLIN, START + 18 * 3600 - 60),
        ("2027-01-15T08:30+00:00", IDLE, START + 1800),
    ],
)
def test_moments(moment: str, event: EventState, expected: float | None) -> None:
    item = cue({"at": moment})
    found = occurrences(item, item.triggers[0], event, START - 86400, START + 86400)
    assert [one.at for one in found] == ([] if expected is None else [expected])


def test_every_counts_from_going_live() -> None:
    item, event = cue({"every": "12m"}), replace(IDLE, phase="on_air", live_since=START + 5)
    trigger = item.triggers[0]
    found = occurrences(item, trigger, event, START, START + 3600)
    assert [one.at - START for one in found] == [725, 1445, 2165, 2885]
    assert next_after(item, trigger, event, START + 725) == START + 1445
    assert occurrences(item, trigger, replace(event, phase="before"), START, START + 3600) == []
    assert occurrences(item, trigger, replace(event, phase="over"), START, START + 3600) == []


def test_every_counts_from_begins_if_it_is_said() -> None:
    item = cue({"every": "10m"}, begins="start-30m")
    found = occurrences(item, item.triggers[0], IDLE, START - 1800, START)
    assert [one.at - START for one in found] == [-1200, -600, 0]


def test_every_in_a_repeated_hour_keeps_its_distance() -> None:
    live = at("2026-10-24T23:30Z")
    item, event = cue({"every": "30m"}), replace(BERLIN, phase="on_air", live_since=live)
    found = occurrences(item, item.triggers[0], event, live, live + 4 * 1800)
    assert [one.at - live for one in found] == [1800, 3600, 5400, 7200]
    assert len({one.name for one in found}) == 4


def test_jitter_moves_an_occurrence_but_not_its_name() -> None:
    plain, jittered = cue({"every": "10m"}), cue({"every": "10m"}, jitter="2m")
    event = replace(IDLE, phase="on_air", live_since=START)
    one = occurrences(plain, plain.triggers[0], event, START, START + 6000)
    other = occurrences(jittered, jittered.triggers[0], event, START, START + 6120)
    assert [a.name for a in one] == [b.name for b in other]
    assert all(0 <= b.at - a.at <= 120 for a, b in zip(one, other, strict=True))
    assert len({b.at - a.at for a, b in zip(one, other, strict=True)}) > 5


def test_next_after_minds_begins_and_expires() -> None:
    item = cue({"cron": "*/10 * * * *"}, begins="start+15m", expires="start+25m")
    trigger = item.triggers[0]
    assert next_after(item, trigger, IDLE, START) == START + 1200
    assert next_after(item, trigger, IDLE, START + 1200) is None


TRIGGERS = st.one_of(
    st.builds(lambda m: {"at": f"live+{m}m"}, st.integers(0, 100)),
    st.builds(lambda s: {"every": f"{s}s"}, st.integers(10, 1500)),
    st.sampled_from([{"cron": "*/7 * * * *"}, {"cron": "30 2 * * *"}, {"cron": "0,45 1-3 * * *"}]),
)
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
MOMENTS = st.sampled_from(
    [START, at("2026-03-28T22:00Z"), at("2026-10-24T22:00Z"), at("2026-11-01T03:00Z"), at("2026-04-04T13:00Z")]
)


@settings(max_examples=150, deadline=None)
@given(TRIGGERS, ZONES, MOMENTS, st.lists(st.integers(1, 900), min_size=1, max_size=30), st.integers(0, 200))
def test_however_often_one_looks_each_occurrence_is_seen_once(
    when: dict[str, str], zone: str, live: float, looks: list[int], jitter: int
) -> None:
    if "every" in when:
        jitter %= int(when["every"].removesuffix("s"))
    item = cue(when, jitter=f"{jitter}s", coalesce="all")
    event = replace(IDLE, zone=zone, phase="on_air", live_since=live)
    trigger: Trigger = item.triggers[0]
    seen, last = [], live - 0.5
    for gap in looks:
        seen += occurrences(item, trigger, event, last, last + gap)
        foretold = next_after(item, trigger, event, last)
        first = occurrences(item, trigger, event, last, last + gap)[:1]
        if first and len(occurrences(item, trigger, event, last, last + gap)) < 10:
            assert foretold == first[0].at
        last += gap
    assert len({one.name for one in seen}) == len(seen)
    if sum(looks) <= 3600 and all(gap <= 90 for gap in looks):
        whole = occurrences(item, trigger, event, live - 0.5, last)
        assert whole == seen[-len(whole) :] if whole else seen == []


def test_names_of_a_repeated_hour_differ() -> None:
    assert local_name(at("2026-10-25T00:30Z"), BERLIN) == "2026-10-25T02:30:00"
    assert local_name(at("2026-10-25T01:30Z"), BERLIN) == "2026-10-25T02:30:00+0100"


@pytest.mark.parametrize(
    ("text", "event", "ends"),
    [
        ("length: 2h", replace(IDLE, ends=None), START + 7200),
        ("length: 90m", replace(IDLE, ends=None), START + 5400),
        ("length: 90m", IDLE, IDLE.ends),
        ("length: 90m", replace(IDLE, starts=None, ends=None, live_since=START + 60), START + 5460),
        ("length: 90m", replace(IDLE, starts=None, ends=None), None),
        ("speech: { min_gap: 1s }", replace(IDLE, ends=None), None),
    ],
)
def test_the_end_that_the_platform_does_not_tell(text: str, event: EventState, ends: float | None) -> None:
    assert read(text).planned(event).ends == ends


@pytest.mark.parametrize(
    ("when", "lead"),
    [("start-10m", 600.0), ("live-2m", 120.0), ("live+2m", 0.0), ("end-90m", 0.0), ("14:05", 0.0)],
)
def test_how_long_before_the_start_the_first_item_is_due(when: str, lead: float) -> None:
    assert max(0.0, read(f"cues: [{{id: c, when: {{at: '{when}'}}, do: [{{alert: x}}]}}]").lead) == lead
