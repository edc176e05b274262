"""When items fire: an event that goes live or over, is moved or was known late; clocks that jump; limits."""

from __future__ import annotations

import pytest

from bot.engine.engagement import due

from .show import START, Show, read
from .test_due import cue


def test_a_state_that_was_read_wrong_once_wraps_nothing_up() -> None:
    show = cue("{status: done}")
    show.live()
    show.run(60)
    show.phase("over", "done")
    show.run(due.CONFIRM_OVER - 2)
    show.phase("on_air", "live")
    show.run(60)
    assert show.said() == []


def test_a_clock_set_back_delays_the_end_of_an_event_by_seconds() -> None:
    show = cue("{status: done}")
    show.live()
    show.run(60)
    show.phase("over", "done")
    show.run(2)
    show.now -= 3600
    show.run(due.CONFIRM_OVER + 2)
    assert show.said().count("fired") == 1


def test_an_event_that_was_over_before_we_came_is_not_wrapped_up() -> None:
    show = cue("{status: done}")
    show.phase("over", "done")
    show.run(60)
    assert show.said() == []


def test_an_event_that_was_live_before_we_came_counts_as_going_live() -> None:
    show = cue("[{status: live}, {at: live}]")
    show.live()
    show.run(5)
    assert show.said() == ["fired", "fired"]


def test_an_unknown_status_changes_nothing() -> None:
    show = cue("{status: live}")
    show.live()
    show.run(5)
    show.phase("unknown", "rebooting")
    show.run(5)
    show.phase("on_air", "live")
    show.run(5)
    assert show.said() == ["fired"]


def test_nothing_from_long_ago_fires_at_the_first_look() -> None:
    show = cue("[{at: start-10m}, {at: start+1m}, {cron: '* * * * *'}]")
    show.now = START + 90
    show.run(20)
    assert show.said() == []


def test_going_live_is_known_a_little_late() -> None:
    show = cue("{at: live}")
    show.run(10)
    show.phase("on_air", "live", live_since=show.now - 2)
    show.run(3)
    assert show.said() == ["fired"]


def test_a_moment_comes_once_even_if_the_event_is_put_off() -> None:
    show = cue("{at: start+1m}")
    show.run(70)
    show.phase("before", "idle", starts=START + 600)
    show.run(700)
    assert show.said() == ["fired"]


def test_an_event_that_is_moved_in_time_keeps_its_running_order() -> None:
    show = cue("{at: start+1m}")
    show.run(30)
    show.phase("before", "idle", starts=START + 600)
    show.run(700)
    assert show.said_at() == [660]


@pytest.mark.parametrize(
    ("more", "fires"),
    [
        ("", 6),
        (", once: true", 1),
        (", max_per_event: 2", 2),
        (", cooldown: 90s", 3),
        (", enabled: false", 0),
        (", events: [ev2]", 0),
        (", events: [ev2, ev1]", 6),
        (", begins: live+150s", 4),
        (", expires: live+150s", 2),
        (", mode: shadow", 0),
        (", mode: suggest", 0),
    ],
)
def test_limits(more: str, fires: int) -> None:
    show = cue("{every: 1m}" if "begins" not in more else "{cron: '* * * * *'}", more)
    show.live()
    show.run(365)
    assert len(show.said()) == fires


def test_of_several_missed_occurrences_the_newest_or_all() -> None:
    for coalesce, fires in (("latest", 1), ("all", 4)):
        show = cue("{every: 1m}", f", coalesce: {coalesce}, misfire_grace: 10m")
        show.live()
        show.run(30)
        show.now += 220
        show.run(10)
        assert len(show.fired) == fires


def test_a_clock_that_jumps_forward_and_back_repeats_nothing_and_stalls_nothing() -> None:
    show = cue("{cron: '* * * * *'}", ", misfire_grace: 30s")
    show.run(150)
    show.now += 86400
    show.run(60)
    show.now -= 86400
    show.run(120)
    assert len(set(show.fired)) == len(show.fired)
    names = [name[-8:] for _item, name in show.fired if name.startswith("2027-01-15")]
    assert names == ["08:01:00", "08:02:00", "08:04:00", "08:05:00"]


def test_a_small_step_back_fires_nothing_twice() -> None:
    show = cue("{cron: '* * * * *'}")
    show.run(125)
    show.now -= 30
    show.run(100)
    assert [name[-8:] for _item, name in show.fired] == ["08:01:00", "08:02:00", "08:03:00"]


def test_things_that_call_each_other_come_to_an_end() -> None:
    text = """
cues:
  - { id: a, when: [ { status: live }, { after: "cue:b done" } ], do: [ { alert: A } ] }
  - { id: b, when: { after: "cue:a done" }, do: [ { alert: B } ] }
"""
    show = Show(read(text))
    show.live()
    assert 2 <= len(show.sent) <= 100
