"""Alerts gathered into letters."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.merging import GAP, LINES, LONG_GAP, OFTEN, SAME_AGAIN, URGENT_GAP, Merging


def test_the_first_is_told_at_once_and_alone() -> None:
    known = Merging()
    assert known.due(0.0) is None
    assert known.add("show", "Stream lost", True, 0.0)
    assert known.due(0.0) == 0.0
    letter = known.take(0.0)
    assert (letter.title, letter.body, letter.urgent) == ("show", "Stream lost", True)
    assert known.due(0.0) is None


def test_what_comes_soon_after_is_told_together() -> None:
    known = Merging()
    known.add("show", "one", False, 0.0)
    known.take(0.0)
    known.add("show", "two", False, 1.0)
    known.add("hall", "three", False, 2.0)
    assert known.due(2.0) == GAP - 2.0
    known.add("", "fire", True, 3.0)
    assert known.due(3.0) == URGENT_GAP - 3.0
    letter = known.take(URGENT_GAP)
    assert (letter.title, letter.body) == ("3 alerts: hall, show", "fire\n[show] two\n[hall] three")


def test_the_same_text_is_counted_while_it_waits_and_silent_a_minute_after_it_was_told() -> None:
    known = Merging()
    assert [known.add("show", "one", False, at) for at in (0.0, 1.0, 2.0)] == [True, False, False]
    assert known.take(2.0).body == "one (3 times)"
    assert not known.add("show", "one", False, 30.0)
    assert known.due(30.0) is None
    assert known.add("show", "one", False, 2.0 + SAME_AGAIN)
    assert known.add("hall", "one", False, 30.0), "of another event it is another one"


def test_after_many_letters_an_hour_people_are_left_alone_for_longer() -> None:
    known = Merging()
    for number in range(OFTEN):
        known.add("show", f"alert {number}", True, number * 30.0)
        known.take(number * 30.0)
    known.add("show", "one more", True, 600.0)
    assert known.due(600.0) == OFTEN * 30.0 - 30.0 + LONG_GAP - 600.0
    assert known.due(5000.0) == 0.0


def test_a_letter_that_nobody_took_goes_with_the_next_one() -> None:
    known = Merging()
    known.add("show", "one", True, 0.0)
    known.back(known.take(0.0), 30.0)
    assert known.due(0.0) == 30.0
    known.add("show", "two", True, 40.0)
    assert [line.text for line in known.take(40.0).lines] == ["one", "two"]


def test_a_long_letter_says_how_many_more() -> None:
    known = Merging()
    for number in range(LINES + 5):
        known.add("show", f"alert {number}", False, 0.0)
    body = known.take(0.0).body.splitlines()
    assert (len(body), body[-1]) == (LINES + 1, "and 5 more")


@given(st.lists(st.tuples(st.floats(0.1, 40.0), st.sampled_from("abcd"), st.booleans()), max_size=60))
def test_nothing_is_lost_and_letters_keep_their_distance(acts: list[tuple[float, str, bool]]) -> None:
    known, now, letters = Merging(), 0.0, []
    taken: list[str] = []
    accepted: list[str] = []
    for wait, text, urgent in acts:
        now += wait
        if known.add("show", text, urgent, now):
            accepted.append(text)
        if known.due(now) == 0.0:
            letters.append(now)
            taken += [line.text for line in known.take(now).lines]
    if known.due(now) is not None:
        taken += [line.text for line in known.take(now).lines]
    assert sorted(taken) == sorted(accepted)
    assert all(later - earlier >= URGENT_GAP for earlier, later in pairwise(letters))
