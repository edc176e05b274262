"""Counting votes, under either index base."""

from __future__ import annotations

import random

import pytest

from bot.platform_api.beestreamed.tally import proven_base, tally
from bot.platform_api.beestreamed.values import PollEntry


def votes(*indexes: int | None) -> list[PollEntry]:
    return [PollEntry(number, index, f"p{number}@example.test") for number, index in enumerate(indexes)]


@pytest.mark.parametrize(
    ("indexes", "base"), [((0, 1), 0), ((1, 3), 1), ((1, 2), None), ((), None), ((0, 3), 0), ((None, 7), None)]
)
def test_what_the_indexes_prove(indexes: tuple[int | None, ...], base: int | None) -> None:
    assert proven_base(votes(*indexes), 3) == base


def test_counts_under_each_base() -> None:
    assert tally(votes(0, 1, 1, 2), 3, 0)["counts"] == [1, 2, 1]
    assert tally(votes(1, 1, 3), 3, 1)["counts"] == [2, 0, 1]
    provisional = tally(votes(1, 1, 2), 3, None)
    assert (provisional["counts"], provisional["index_base"]) == ([0, 2, 1], None)


def test_what_points_at_no_option_is_other() -> None:
    result = tally(votes(0, 3, -1, None, 99), 3, 0)
    assert (result["counts"], result["other"], result["voters"]) == ([1, 0, 0], 4, 5)


def test_one_person_many_votes() -> None:
    entries = [
        PollEntry(number, index, "Ann@example.test" if number % 2 else "ann@example.test") for number, index in enumerate((0, 0, 1))
    ]
    result = tally([*entries, PollEntry(10, 1), PollEntry(11, 1)], 2, 0)
    assert (result["voters"], result["distinct"]) == (5, 3)
    assert result["counts"] == [2, 3]
    assert result["distinct_counts"] == [0, 3]  # her last one, and the two without an address


def test_the_digest_knows_the_same_votes_in_any_order() -> None:
    entries = votes(0, 1, 2, 1)
    shuffled = list(entries)
    random.Random(3).shuffle(shuffled)
    assert tally(entries, 3, 0)["digest"] == tally(shuffled, 3, None)["digest"]
    assert tally(entries, 3, 0)["digest"] != tally(entries[1:], 3, 0)["digest"]


def test_ballots_only_when_asked_for_oldest_first_and_from_0() -> None:
    entries = [
        PollEntry(3, 1, "", "", 30.0),
        PollEntry(1, 2, "ann@example.test", "Ann", 10.0),
        PollEntry(2, 9, "bo@example.test", "Bo", 20.0),
        PollEntry(4, None, "cy@example.test", "Cy"),
    ]
    assert "ballots" not in tally(entries, 3, 1)
    assert tally(entries, 3, 1, ballots=True)["ballots"] == [["ann@example.test", "Ann", 1, 10.0], ["", "", 0, 30.0]]
