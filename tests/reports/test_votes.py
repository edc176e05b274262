"""A recount of the votes in the report gives what was posted, or says that it does not."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.engine.engagement.tally import outcome
from bot.platform_api.beestreamed.tally import Base, tally
from bot.platform_api.beestreamed.values import PollEntry
from bot.reports.names import Naming
from bot.reports.tables import POLL_RESULTS, POLLS
from bot.reports.votes import digest, held, last_votes, recount, result_rows, suppressed, vote_rows

OPTIONS = ["Red", "Green", "Blue"]
blank_or = st.sampled_from(["", "ann@example.test", "Bo@example.test", "bo@example.test", "cy@example.test"])
cast = st.lists(st.tuples(st.integers(-1, 4), blank_or, st.sampled_from(["", "Ann", "Bo"]), st.floats(0, 100)), max_size=30)
NAMED = Naming("named")


def poll_of(votes: list[tuple[int, str, str, float]], base: Base) -> tuple[Any, dict[str, Any]]:
    entries = [PollEntry(n, index, email, name, at) for n, (index, email, name, at) in enumerate(votes)]
    counted = tally(entries, len(OPTIONS), base, votes=True)
    record = {"id": "role", "run": 1, "type": "choice", "state": "closed", "question": "?", "options": OPTIONS, "results": counted}
    return held("role#1", record, counted["votes"]), counted


@given(cast, st.sampled_from([0, 1]))
def test_the_rows_give_the_posted_numbers(votes: list[tuple[int, str, str, float]], base: Base) -> None:
    poll, counted = poll_of(votes, base)
    rows, results = vote_rows(poll, NAMED), result_rows(poll, NAMED)
    number, last = POLLS.at("option_number"), POLLS.at("last")
    recounted = Counter(row[number] for row in rows)
    shown = outcome(OPTIONS, counted, 0)
    assert [row[POLL_RESULTS.at("votes")] for row in results] == list(shown.counts)
    assert [recounted[n + 1] for n in range(3)] == list(shown.counts)
    assert [row[POLL_RESULTS.at("percent")] for row in results] == [shown.percent(n) for n in range(3)]
    people = Counter(row[number] for row in rows if row[last] == "yes")
    assert [people[n + 1] for n in range(3)] == counted["distinct_counts"]
    assert len([row for row in rows if row[last] == "yes"]) == counted["distinct"]
    assert recount(poll) == "agrees"


@given(cast, st.sampled_from([0, 1]), st.sampled_from(["named", "hashed"]))
def test_the_digest_can_be_worked_out_from_the_rows(votes: list[tuple[int, str, str, float]], base: Base, names: Any) -> None:
    poll, _ = poll_of(votes, base)
    naming = Naming(names, "fake-secret")
    lines = [(row[1], row[2], str(row[3])) for row in vote_rows(poll, naming)]
    assert {row[POLL_RESULTS.at("digest")] for row in result_rows(poll, naming)} == {digest(lines)}


@given(cast.filter(bool), st.data())
def test_a_changed_vote_is_seen(votes: list[tuple[int, str, str, float]], data: st.DataObject) -> None:
    poll, _ = poll_of(votes, 0)
    place = data.draw(st.integers(0, len(votes) - 1))
    changed = list(poll.votes)
    changed[place] = replace(changed[place], entry=999_999)
    assert recount(replace(poll, votes=tuple(changed))) == "differs"
    assert recount(replace(poll, votes=poll.votes[1:])) == "differs"


def test_options_without_votes_are_told() -> None:
    poll, _ = poll_of([(0, "", "", 1.0)], 0)
    assert [row[POLL_RESULTS.at("votes")] for row in result_rows(poll, NAMED)] == [1, 0, 0]


def test_votes_that_were_not_kept_are_unknown() -> None:
    poll, _ = poll_of([(0, "", "", 1.0)], 0)
    assert recount(replace(poll, votes=None)) == "unknown"
    assert result_rows(replace(poll, votes=None), NAMED)[0][POLL_RESULTS.at("digest")] == ""


def test_a_poll_without_result_has_its_options_all_the_same() -> None:
    record = {
        "id": "role",
        "run": 1,
        "state": "void",
        "question": "?",
        "options": OPTIONS,
        "results": None,
        "why": "voided by anna",
    }
    rows = result_rows(held("role#1", record, None), NAMED)
    assert [(row[POLL_RESULTS.at("option")], row[POLL_RESULTS.at("votes")]) for row in rows] == [(name, None) for name in OPTIONS]


def test_of_two_votes_the_last_is_the_persons() -> None:
    poll, _ = poll_of([(0, "a@example.test", "A", 5.0), (2, "A@example.test", "A", 3.0)], 0)
    assert [vote.option for vote in last_votes(poll.votes).values()] == [0]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=8))
def test_no_small_group_can_be_worked_out(counts: list[int]) -> None:
    shown = suppressed(counts)
    assert all(one is None or one == 0 or one >= 5 for one in shown)
    hidden = [count for count, one in zip(counts, shown, strict=True) if one is None]
    # One hidden number alone could be worked out from a total that somebody else posted.
    assert len(hidden) != 1 or sum(count > 0 for count in counts) == 1


def test_aggregates_give_no_digest_and_no_total_of_small_polls() -> None:
    poll, _ = poll_of([(0, f"p{n}@example.test", "", float(n)) for n in range(9)] + [(1, "x@example.test", "", 99.0)], 0)
    rows = result_rows(poll, Naming("aggregate"))
    assert [row[POLL_RESULTS.at("votes")] for row in rows] == [None, None, 0]
    hidden = ("percent", "votes_in_all", "people_in_all", "no_option")
    assert {row[POLL_RESULTS.at(name)] for row in rows for name in hidden} == {None}
    assert {row[POLL_RESULTS.at(name)] for row in rows for name in ("digest", "counted_digest")} == {""}
