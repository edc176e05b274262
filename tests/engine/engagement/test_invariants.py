"""What holds whatever producers write and attendees do."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.actions import CreatePoll, Entry, PostMessage, SetPoll
from bot.domain.history import Draft
from bot.domain.signals import Tick
from bot.engine.engagement import advance, next_due
from bot.engine.situation import Situation
from bot.ruleset.engagement import Engagement, EngagementSections, Post, build

from .show import START, Show

Audience = list[tuple[int, str]]
PRIORITY = st.sampled_from(["normal", "normal", "high", "low", "urgent"])
MINUTES = st.integers(1, 20).map(lambda n: f"live+{n * 30}s")
WHEN = st.one_of(
    MINUTES.map(lambda at: {"at": at}),
    st.integers(20, 200).map(lambda s: {"every": f"{s}s"}),
    st.sampled_from([{"cron": "* * * * *"}, {"status": "live"}, {"people": "2 people say x in 30s"}, {"after": "poll:p0 closed"}]),
)
SPEECH = st.fixed_dictionaries(
    {
        "min_gap": st.sampled_from(["0", "5s", "45s", "2m"]),
        "max_share": st.sampled_from([None, "5%", "10%", "50%"]),
        "quiet_above": st.sampled_from([None, "20/min", "200/min"]),
    }
)


@st.composite
def engagements(draw: st.DrawFn) -> Engagement:
    grace = st.sampled_from(["30s", "2m", "10m"])
    polls = [
        {
            "id": f"p{number}",
            "question": f"Question {number}?",
            "options": ["a", "b", "c"],
            "when": draw(WHEN) if number else {"at": draw(MINUTES)},
            "close": {"after": f"{draw(st.integers(10, 90))}s", "warn": "5s", "grace": "2s"},
            "once": draw(st.sampled_from([None, True, False])),
            "post_results": draw(st.sampled_from(["none", "summary", "full"])),
            "misfire_grace": draw(grace),
        }
        for number in range(draw(st.integers(1, 3)))
    ]
    cues = [
        {
            "id": f"c{n}",
            "when": draw(WHEN),
            "misfire_grace": draw(grace),
            "do": [{"post": {"text": f"cue {n}", "priority": draw(PRIORITY)}}],
        }
        for n in range(draw(st.integers(0, 3)))
    ]
    announcements = [
        {
            "id": f"a{n}",
            "when": draw(WHEN),
            "messages": ["m1", "m2"],
            "min_chat_lines": draw(st.integers(0, 10)),
            "priority": draw(PRIORITY),
            "misfire_grace": draw(grace),
        }
        for n in range(draw(st.integers(0, 2)))
    ]
    sections = {"speech": draw(SPEECH), "polls": polls, "cues": cues, "announcements": announcements}
    return build([EngagementSections.model_validate(sections)])[0]


@st.composite
def audiences(draw: st.DrawFn) -> Audience:
    """(second, what happens)."""
    happens = st.sampled_from(["line", "line", "line", "x", "hidden", "team", "burst", "video", "live", "post"])
    return sorted(draw(st.lists(st.tuples(st.integers(0, 700), happens), max_size=60)))


def play(
    engagement: Engagement, audience: Audience, *, seed: int = 0, restart: bool = False
) -> tuple[Show, list[tuple[float, str]]]:
    """Eleven minutes; returns what attendees and the bot said, when."""
    lines: list[tuple[float, str]] = []

    def answer(entry: Entry) -> tuple[str, dict[str, Any]]:
        """The same fate for the same entry, whatever the order; a few fail."""
        fate = sum(entry.key.encode()) * (seed + 1) % 19
        if fate == 0:
            return "failed", {}
        if isinstance(entry.action, PostMessage):
            lines.append((show.now, "urgent" if entry.priority == -1 else "bot"))
        return "done", show.platform(entry)

    show = Show(engagement, answer=answer, delay=0.3 + seed % 7, restart=restart)
    show.votes["*"] = {"counts": [3, 2, 0], "other": 1, "index_base": 0}
    show.live()
    for at, what in audience:
        show.run(max(0.0, START + at - show.now))
        for _ in range(30 if what == "burst" else 1):
            happen(show, what, lines)
    show.run(max(0.0, START + 660 - show.now))
    return show, lines


def happen(show: Show, what: str, lines: list[tuple[float, str]]) -> None:
    if what in ("line", "burst", "x"):
        show.chat("x" if what == "x" else "hello", by=f"p{len(lines) % 5}")
        lines.append((show.now, "attendee"))
    elif what == "hidden":
        show.chat("bad", outcome="hide")
    elif what == "team":
        show.chat("x", trust="team")
    elif what == "video":
        show.phase("playback", "video")
    elif what == "live":
        show.phase("on_air", "live")
    else:
        show.press("post", text="by hand", priority="normal")


def urgent(engagement: Engagement) -> set[str]:
    """Texts that wait for nothing."""
    steps = [step.post for cue in engagement.cues for step in cue.do]
    cues = {post.text for post in steps if isinstance(post, Post) and post.priority == "urgent"}
    return cues | {"m1", "m2"} if any(one.priority == "urgent" for one in engagement.announcements) else cues


@settings(max_examples=60, deadline=None)
@given(engagements(), audiences(), st.integers(0, 30))
def test_no_two_lines_of_the_bot_are_closer_than_min_gap(engagement: Engagement, audience: Audience, seed: int) -> None:
    show, _lines = play(engagement, audience, seed=seed)
    free = urgent(engagement)
    posts = [(at, entry) for at, entry in show.sent if isinstance(entry.action, PostMessage)]
    for (before, _), (after, entry) in itertools.pairwise(posts):
        taken = before + show.delay
        failed = sum(_.key.encode()) * (seed + 1) % 19 == 0
        if getattr(entry.action, "text", "") not in free and not failed:
            assert after - taken >= engagement.speech.min_gap - 1e-6


@settings(max_examples=60, deadline=None)
@given(engagements(), audiences(), st.integers(0, 30))
def test_in_every_five_minutes_the_bot_has_its_share_at_most(engagement: Engagement, audience: Audience, seed: int) -> None:
    share = engagement.speech.max_share
    if share is None or urgent(engagement):
        return
    _show, lines = play(engagement, audience, seed=seed)
    lines.sort()
    for at, _who in lines:
        window = [who for when, who in lines if at <= when < at + 300]
        assert window.count("bot") <= max(1, share * window.count("attendee"))


@settings(max_examples=40, deadline=None)
@given(engagements(), audiences(), st.integers(0, 30))
def test_a_restart_at_any_moment_changes_nothing(engagement: Engagement, audience: Audience, seed: int) -> None:
    one, _ = play(engagement, audience, seed=seed)
    other, _ = play(engagement, audience, seed=seed, restart=True)
    assert one.sent == other.sent
    assert one.fired == other.fired


@settings(max_examples=60, deadline=None)
@given(engagements(), audiences(), st.integers(0, 30))
def test_every_firing_and_every_entry_is_asked_for_once(engagement: Engagement, audience: Audience, seed: int) -> None:
    """Show itself refuses a doubled key and a doubled firing; and one poll is open at a time."""
    show, _ = play(engagement, audience, seed=seed)
    opened: set[str] = set()
    for _at, entry in show.sent:
        if isinstance(entry.action, SetPoll):
            (opened.add if entry.action.open else opened.discard)(entry.action.poll)
            assert len(opened) <= 1
    created = [entry for _at, entry in show.sent if isinstance(entry.action, CreatePoll)]
    states = [record["state"] for record in show.all_of("poll").values()]
    assert len(states) == len(created) + states.count("scheduled")


@settings(max_examples=60, deadline=None)
@given(engagements(), audiences())
def test_what_was_said_was_counted(engagement: Engagement, audience: Audience) -> None:
    """Results that are posted are those of the count, and every waiting or dropped line has its reason."""
    show, _ = play(engagement, audience, seed=4)
    for record in show.all_of("poll").values():
        if record["state"] == "closed" and record["results"] is not None:
            assert record["results"]["counts"] == [3, 2, 0]
    assert all("6 votes" in text for text in show.said() if text.startswith("Poll “"))
    assert all(value["why"] for kind in ("dropped", "skipped") for value in show.all_of(kind).values())


@settings(max_examples=40, deadline=None)
@given(engagements(), audiences(), st.integers(0, 6))
def test_a_tick_before_the_alarm_brings_nothing(engagement: Engagement, audience: Audience, seed: int) -> None:
    """The alarm is exact: whatever state a show is in, nothing the clock alone brings comes before `next_due`."""
    show, _lines = play(engagement, audience, seed=seed)
    for _round in range(40):
        show.signal(Tick(show.event.event))
        due = next_due(engagement, show.history, show.event, show.now)
        for share in (0.0, 0.3, 0.999):
            draft = Draft(show.history)
            early = show.now + share * (min(due or show.now + 300.0, show.now + 300.0) - show.now)
            moves = advance(Tick(show.event.event), None, engagement, draft, Situation(show.event), early)
            assert (moves.entries, moves.cancelled, moves.fired) == ((), (), ())
        show.advance_to(min(due or show.now + 30.0, show.now + 30.0))


@settings(max_examples=40, deadline=None)
@given(engagements(), st.integers(0, 5))
def test_woken_by_the_alarm_alone_a_show_takes_the_same_course(engagement: Engagement, seed: int) -> None:
    """As one that ticks each second besides."""
    by_alarm, ticking = Show(engagement, delay=0.3 + seed), Show(engagement, delay=0.3 + seed)
    for show in (by_alarm, ticking):
        show.live()
    by_alarm.run_by_alarm(600)
    ticking.run_by_alarm(600, step=1.0)
    assert by_alarm.sent == ticking.sent
    assert by_alarm.fired == ticking.fired


def test_the_alarm_is_never_in_the_past() -> None:
    engagement = build(
        [EngagementSections.model_validate({"cues": [{"id": "c", "when": {"every": "1m"}, "do": [{"post": "x"}]}]})]
    )[0]
    show = Show(engagement)
    show.event = replace(show.event, phase="on_air", live_since=START)
    for now in (START, START + 59.9, START + 60, START + 61):
        due = next_due(engagement, show.history, show.event, now)
        assert due is not None
        assert due > now
