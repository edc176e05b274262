from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.history import Draft
from bot.domain.signals import Tick
from bot.engine.engagement import advance, unroll
from bot.engine.situation import Situation

from .show import IDLE, START, Show, read

BERLIN = replace(IDLE, zone="Europe/Berlin")
ORDER = """
speech: { min_gap: 45s }
polls:
  - { id: role, question: "Role?", options: [a, b], when: { at: live+5m }, close: { after: 90s, warn: 10s } }
announcements:
  - { id: ask, every: 12m, min_chat_lines: 8, messages: [Ask away!] }
cues:
  - { id: doors, when: { at: start-10m }, do: [ { set_event: { chat: true } }, { post: "Welcome!" } ] }
  - { id: clash, when: { at: live+12m }, do: [ { post: "At the same time" } ], misfire_grace: 5m }
  - { id: wrap, when: { status: done }, do: [ { report: true } ] }
  - { id: rare, when: { viewers: ">= 1000" }, do: [ { post: "Wow" } ] }
"""


def test_what_fires_when_in_local_time_and_utc() -> None:
    found = unroll(read(ORDER), BERLIN, START - 1200, START + 7500)
    starts = [(one.item, one.local[11:19], one.utc[11:19]) for one in found.planned if one.what == "starts"]
    assert starts[:5] == [
        ("cue:doors", "08:50:00", "07:50:00"),
        ("poll:role", "09:05:00", "08:05:00"),
        ("cue:clash", "09:12:00", "08:12:00"),
        ("announcement:ask", "09:12:00", "08:12:00"),
        ("announcement:ask", "09:24:00", "08:24:00"),
    ]
    assert starts[-1][0] == "cue:wrap"
    assert [one.what for one in found.planned if one.item == "poll:role"] == [
        "starts",
        "create_poll",
        "opens",
        "says",
        "closes",
        "count_poll",
        "says",
    ]
    assert found.never == ()


def test_collisions_are_foretold_with_their_reason() -> None:
    found = unroll(read(ORDER), BERLIN, START - 1200, START + 7500)
    assert [(one.source, one.why.partition(":")[0]) for one in found.deferred] == [
        ("poll-results:role#1", "min_gap"),
        ("announcement:ask", "another line of the bot is on its way"),
    ]
    assert all(one.said is not None and one.said > one.at for one in found.deferred)


def test_lines_per_hour() -> None:
    found = unroll(read(ORDER), BERLIN, START - 1200, START + 7500)
    assert found.lines_per_hour == {"2027-01-15 08:00": 1, "2027-01-15 09:00": 7, "2027-01-15 10:00": 5}


@pytest.mark.parametrize(
    ("item", "why"),
    [
        ("cues: [{id: c, when: {at: end+5h}, do: [{alert: x}]}]", "its time lies outside the event"),
        ("cues: [{id: c, when: {at: live+5m}, expires: live+4m, do: [{alert: x}]}]", "its time lies outside the event"),
        ("cues: [{id: c, when: {every: 3h}, do: [{alert: x}]}]", "its time lies outside the event"),
        ("cues: [{id: c, when: {at: live+5m}, only_if: {status: video}, do: [{alert: x}]}]", "only_if"),
        ("announcements: [{id: c, every: 5m, show_until: live+4m, messages: [x]}]", "show_until"),
    ],
)
def test_items_that_can_never_fire(item: str, why: str) -> None:
    ((key, told), *_more) = unroll(read(item), IDLE, START - 600, START + 7500).never
    assert key.endswith(":c")
    assert why in told


@pytest.mark.parametrize(
    "item",
    [
        "cues: [{id: c, when: {viewers: '>= 1000'}, do: [{alert: x}]}]",
        "cues: [{id: c, when: {at: end+5h}, enabled: false, do: [{alert: x}]}]",
        "cues: [{id: c, when: {at: end+5h}, events: [other], do: [{alert: x}]}]",
        "cues: [{id: c, do: [{alert: x}]}]",
    ],
)
def test_of_what_depends_on_people_nothing_is_foretold(item: str) -> None:
    assert unroll(read(item), IDLE, START - 600, START + 7500).never == ()


def test_the_next_quarter_of_an_hour_goes_on_from_what_is_remembered() -> None:
    show = Show(read(ORDER))
    show.live()
    show.run(302)
    assert show.poll("role#1")["state"] == "open"
    before = dict(show.history.of_kind("poll"))
    found = unroll(show.engagement, show.event, show.now, show.now + 900, history=show.history)
    assert [one.what for one in found.planned if one.item == "poll:role"] == ["says", "closes", "count_poll", "says"]
    assert dict(show.history.of_kind("poll")) == before


def test_what_is_foretold_is_what_happens() -> None:
    """The same times as a show with as many attendee lines."""
    show = Show(read(ORDER), delay=0.5)
    show.votes["*"] = {"counts": [10, 5], "index_base": 0}
    show.live()
    for second in range(3600):
        show.run(1)
        if second % 2:
            show.chat()
    found = unroll(read(ORDER), replace(show.event, live_since=START), START, START + 3600)
    foretold = [(one.text, one.at - START) for one in found.planned if one.what == "says"]
    happened = list(zip(show.said(), show.said_at(), strict=True))
    assert [text for text, _at in foretold] == [text for text, _at in happened]
    assert all(abs(at - really) <= 6 for (_, at), (_, really) in zip(foretold, happened, strict=True))


def test_a_long_event_is_unrolled_without_reading_a_clock_or_altering_anything() -> None:
    engagement, draft = read(ORDER), Draft(Show(read(ORDER)).history)
    advance(Tick("ev1"), None, engagement, draft, Situation(IDLE), START)
    one = unroll(engagement, replace(IDLE, ends=START + 12 * 3600), START - 600, START + 13 * 3600)
    assert one == unroll(engagement, replace(IDLE, ends=START + 12 * 3600), START - 600, START + 13 * 3600)
    assert sum(one.lines_per_hour.values()) > 50
