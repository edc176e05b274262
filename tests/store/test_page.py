"""Why a message's status differs: ours, a person's, a stale read, or a write that did not take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from bot.domain.ids import text_version
from bot.domain.signals import Message
from bot.store import page
from bot.store.page import GRACE, LATE, TRIES, Difference, Known, Write, judge
from tests.store.making import message

DONE = Write("k", "hidden", "done", 10.0, 11.0, None, None, True, 1, 1)


def known(status: str = "public", text: str = "hello", asked: float = 0.0) -> Known:
    return Known(text_version(text), status, asked)


def compare(
    rows: Sequence[Message],
    known: Mapping[str, Known],
    writes: Mapping[str, Sequence[Write]],
    asked: float,
    now: float | None = None,
) -> Difference:
    """A page that is stored as soon as it was asked for, unless said otherwise."""
    return page.compare(rows, known, writes, asked, asked if now is None else now)


def test_unknown_ref_is_new() -> None:
    assert [row.ref for row in compare([message("a")], {}, {}, 5.0).new] == ["a"]


def test_ref_twice_on_a_page_counts_once() -> None:
    found = compare([message("a"), message("a", "other")], {}, {}, 5.0)
    assert [row.text for row in found.new] == ["hello"]


def test_same_row_again_changes_nothing() -> None:
    found = compare([message("a")], {"a": known()}, {}, 5.0)
    assert (found.known, found.noted, found.edited, found.by_person) == (1, [], [], [])


def test_other_text_is_an_edit() -> None:
    assert [row.ref for row in compare([message("a", "new")], {"a": known()}, {}, 5.0).edited] == ["a"]


def test_older_read_than_the_known_one_is_ignored() -> None:
    found = compare([message("a", "old text", "hidden")], {"a": known(asked=9.0)}, {}, 8.0, 10.0)
    assert (found.known, found.noted, found.ahead) == (1, [], [])


@pytest.mark.parametrize("back", [0.5, 30.0, 3_600.0])
def test_read_after_the_clock_was_set_back_is_no_older_one(back: float) -> None:
    found = compare([message("a", "other text")], {"a": known(asked=8.0 + back)}, {}, 8.0)
    assert [row.ref for row in found.edited] == ["a"]
    assert found.ahead == ["a"]


def test_read_from_before_the_clock_was_set_back_was_before_this_one() -> None:
    found = compare([message("a", "other text")], {"a": known(asked=38.0)}, {}, 8.0, 8.1)
    assert ([row.ref for row in found.edited], found.ahead) == (["a"], ["a"])


@pytest.mark.parametrize(("asked", "told"), [(8.0, []), (8.1 + GRACE, ["a"])])
def test_write_that_ended_before_the_clock_was_set_back_counts_as_just_ended(asked: float, told: list[str]) -> None:
    write = replace(DONE, settled_at=3_611.0, verified_at=3_612.0)
    found = compare([message("a")], {"a": known("hidden")}, {"a": [write]}, asked, 8.1)
    assert [row.ref for row, _ in found.by_person] == told
    assert found.ahead == ["a"]


def test_write_that_became_unclear_before_the_clock_was_set_back_may_still_come_late() -> None:
    lost = replace(DONE, key="lost", unclear_at=3_600.0)
    undo = Write("undo", "public", "done", 3.0, 4.0, 5.0, None, True, 1, 2)
    found = compare([message("a", status="hidden")], {"a": known("public")}, {"a": [lost, undo]}, 20.0)
    assert (found.again, found.by_person, found.ahead) == (["undo"], [], ["a"])


def test_nothing_of_the_future_is_nothing_to_put_right() -> None:
    assert not DONE.is_ahead(11.0)
    assert compare([message("a", status="hidden")], {"a": known("hidden")}, {"a": [replace(DONE, verified_at=12.0)]}, 12.0).is_empty


def test_status_without_a_write_of_ours_is_a_persons() -> None:
    found = compare([message("a", status="hidden")], {"a": known()}, {}, 5.0)
    assert [(row.ref, before) for row, before in found.by_person] == [("a", "public")]


@pytest.mark.parametrize("state", ["sending", "unknown", "done"])
def test_status_that_we_wrote_is_ours(state: str) -> None:
    assert judge("hidden", "public", [replace(DONE, state=state)], 12.0) == "ours"


def test_status_after_our_unclear_try_is_ours_even_if_it_waits_again() -> None:
    waits = replace(DONE, state="pending", settled_at=None, unclear_at=11.0)
    assert judge("hidden", "public", [waits], 12.0) == "ours"


def test_first_read_with_our_status_verifies() -> None:
    assert compare([message("a", status="hidden")], {"a": known("hidden")}, {"a": [DONE]}, 12.0).verified == ["k"]


def test_verified_once_only() -> None:
    seen = replace(DONE, verified_at=12.0)
    assert compare([message("a", status="hidden")], {"a": known("hidden")}, {"a": [seen]}, 13.0).verified == []


def test_read_from_before_our_last_but_one_write_is_no_persons() -> None:
    asked_again = Write("again", "hidden", "unknown", 11.5, None, None, 11.6, True, 1, 2)
    assert judge("public", "hidden", [DONE, asked_again], 9.9) == "stale"
    assert judge("public", "hidden", [DONE, asked_again], 11.0 + GRACE) == "person"


@pytest.mark.parametrize(("asked", "told"), [(13.0, "ours"), (11.0 + LATE, "person")])
def test_write_that_was_given_up_after_an_unclear_try_may_come_late(asked: float, told: str) -> None:
    overtaken = replace(DONE, state="cancelled", unclear_at=11.0)
    assert judge("hidden", "public", [overtaken], asked) == told


def test_write_that_was_given_up_explains_no_other_status() -> None:
    overtaken = replace(DONE, state="cancelled", settled_at=11.0, unclear_at=11.0)
    assert judge("archived", "public", [overtaken], 11.5) == "person"


@pytest.mark.parametrize(("asked", "told"), [(11.0, "stale"), (11.0 + GRACE - 0.01, "stale"), (11.0 + GRACE, "person")])
def test_read_around_our_write(asked: float, told: str) -> None:
    assert judge("public", "hidden", [DONE], asked) == told


def test_write_that_changed_nothing_and_is_not_seen_did_not_take() -> None:
    assert judge("public", "hidden", [replace(DONE, changed=False)], 20.0) == "not_taken"


def test_not_taken_is_sent_again_a_bounded_number_of_times() -> None:
    silent = replace(DONE, changed=False)
    rows = [message("a", status="public")]
    assert compare(rows, {"a": known("hidden")}, {"a": [silent]}, 20.0).again == ["k"]
    tired = compare(rows, {"a": known("hidden")}, {"a": [replace(silent, attempts=TRIES)]}, 20.0)
    assert (tired.again, tired.given_up) == ([], ["k"])


def test_verified_write_explains_nothing_later() -> None:
    seen = replace(DONE, verified_at=12.0)
    assert judge("public", "hidden", [seen], 20.0) == "person"
    assert judge("hidden", "public", [seen], 30.0) == "person"


@pytest.mark.parametrize(("asked", "told"), [(40.0, "not_taken"), (11.0 + LATE + 1, "person")])
def test_older_unclear_write_may_come_late(asked: float, told: str) -> None:
    lost = replace(DONE, key="lost", unclear_at=11.0)
    undo = Write("undo", "public", "done", 15.0, 16.0, None, None, True, 1, 2)
    assert judge("hidden", "public", [lost, undo], asked) == told


def test_a_persons_change_settles_the_question_of_our_write() -> None:
    found = compare([message("a", status="public")], {"a": known("hidden")}, {"a": [DONE]}, 20.0)
    assert found.by_person
    assert found.verified == ["k"]


def test_stale_status_is_not_written_over_what_we_know_even_with_an_edit() -> None:
    found = compare([message("a", "new", "public")], {"a": known("hidden")}, {"a": [DONE]}, 11.5)
    assert [(row.text, row.status) for row in found.noted] == [("new", "hidden")]


def test_deletion_is_noted() -> None:
    found = compare([message("a", deleted=True)], {"a": known()}, {}, 5.0)
    assert [row.deleted for row in found.noted] == [True]
