from __future__ import annotations

from typing import Any

import pytest

from bot.domain.actions import CountPoll, CreatePoll, Entry, SetPoll

from .show import START, Show, read

ROLE = """
speech: {{ max_share: null }}
polls:
  - id: role
    question: "What describes you best?"
    options: [Developer, Product, Design]
    when: {{ at: live+1m }}
    close: {{ after: 60s, warn: 10s, grace: 5s }}
    {more}
"""


def role(more: str = "", **given: Any) -> Show:
    return Show(read(ROLE.format(more=more)), **given)


def result(*counts: int, base: int | None = 0) -> dict[str, Any]:
    return {"counts": list(counts), "other": 0, "voters": sum(counts), "distinct": sum(counts), "index_base": base}


def test_a_poll_from_its_moment_to_its_result() -> None:
    show = role()
    show.votes["*"] = result(5, 2, 0)
    show.live()
    show.run(59)
    assert show.sent == []
    show.run(241)
    sent = zip(show.sent, show.entry_keys(), strict=True)
    steps = [(round(at - START), key) for (at, _entry), key in sent if ":live" not in key]
    assert steps == [
        (60, "poll:role:1:create"),
        (60, "poll:role:1:open"),
        (111, "say:poll.role:1:warning"),
        (121, "poll:role:1:close1"),
        (127, "poll:role:1:count1"),
        (157, "say:poll.role:1:results"),
    ]
    assert show.said() == [
        "10 seconds left to vote: What describes you best?",
        "Poll “What describes you best?”: “Developer” wins with 71 % of 7 votes.",
    ]
    assert show.poll("role#1")["state"] == "closed"
    assert show.fired == [("poll:role", "2027-01-15T08:01:00")]
    created = show.sent[0][1]
    assert (created.priority, created.expires, created.cause) == (2, START + 180, "poll:role")


def test_the_facts_for_moderation_tell_that_a_poll_is_open() -> None:
    show = role()
    show.live()
    show.run(60)
    assert show.history.get("poll_open") is None
    show.run(10)
    assert show.history.get("poll_open") == "role#1"
    show.run(60)
    assert show.history.get("poll_open") is None


def test_creation_is_asked_for_once_even_if_nothing_is_heard_of_it() -> None:
    show = role(delay=10_000.0)
    show.live()
    show.run(600)
    assert show.entry_keys() == ["poll:role:1:create"]
    assert show.poll("role#1")["state"] == "creating"


@pytest.mark.parametrize("state", ["failed", "parked", "expired"])
def test_a_creation_that_fails_is_told_and_not_repeated(state: str) -> None:
    show = role(answer=lambda entry: (state, {}) if isinstance(entry.action, CreatePoll) else ("done", {}))
    show.live()
    show.run(600)
    assert show.entry_keys() == ["poll:role:1:create", "alert:poll.role:1:failed"]
    assert show.poll("role#1")["state"] == "failed"
    assert state in show.poll("role#1")["why"]
    alert = show.sent[1][1].action
    assert "What describes you best?" in getattr(alert, "text", "")


def test_a_poll_that_cannot_be_opened_fails_and_is_closed_for_safety() -> None:
    show = role(answer=lambda entry: ("failed", {}) if entry.action == SetPoll("r", True) else ("done", {"remote": "r"}))
    show.live()
    show.run(600)
    assert show.entry_keys() == ["poll:role:1:create", "poll:role:1:open", "poll:role:1:undo", "alert:poll.role:1:failed"]
    assert show.poll("role#1")["state"] == "failed"


def test_closing_is_tried_three_times_and_then_told() -> None:
    def answer(entry: Entry) -> tuple[str, dict[str, Any]]:
        return ("failed", {}) if entry.action == SetPoll("r", False) else ("done", {"remote": "r", **result(1, 0, 0)})

    show = role(answer=answer)
    show.live()
    show.run(400)
    assert [key for key in show.entry_keys() if "close" in key] == [
        "poll:role:1:close1",
        "poll:role:1:close2",
        "poll:role:1:close3",
        "alert:poll.role:1:close",
    ]
    assert "close it by hand" in getattr(next(e.action for _t, e in show.sent if e.key.startswith("alert")), "text", "")
    assert show.poll("role#1")["state"] == "closed"
    assert show.history.get("poll_open") is None


def test_a_count_that_fails_is_repeated_and_then_told() -> None:
    def answer(entry: Entry) -> tuple[str, dict[str, Any]]:
        return ("failed", {}) if isinstance(entry.action, CountPoll) else ("done", {"remote": "r"})

    show = role(answer=answer)
    show.live()
    show.run(400)
    assert [key for key in show.entry_keys() if "count" in key] == [
        "poll:role:1:count1",
        "poll:role:1:count2",
        "poll:role:1:count3",
        "alert:poll.role:1:count",
    ]
    assert show.poll("role#1")["results"] is None
    assert not any("Poll “" in line for line in show.said())


def test_a_count_repeated_after_a_failure_gives_the_same_result() -> None:
    tries = iter(["failed", "failed", "done"])

    def answer(entry: Entry) -> tuple[str, dict[str, Any]]:
        if ":count" in entry.key:
            return next(tries), result(1, 2, 3)
        return "done", {"remote": "r"}

    show = role(answer=answer)
    show.live()
    show.run(400)
    assert show.poll("role#1")["results"]["counts"] == [1, 2, 3]
    assert "“Design” wins with 50 % of 6 votes" in show.said()[-1]


def test_an_unknown_option_index_names_no_winner_and_asks_the_team() -> None:
    show = role()
    show.votes["*"] = result(0, 9, 4, base=None)
    show.live()
    show.run(300)
    assert show.said()[-1] == "Poll “What describes you best?”: 13 votes; the count is still provisional."
    assert "alert:poll.role:1:provisional" in show.entry_keys()


def test_a_tie_is_said_and_not_broken() -> None:
    show = role()
    show.votes["*"] = result(3, 3, 0)
    show.live()
    show.run(300)
    assert "a tie between “Developer” and “Product” with 50 % each of 6 votes" in show.said()[-1]


@pytest.mark.parametrize(
    ("more", "counts", "line"),
    [
        ("min_votes: 10", (5, 2, 2), "Poll “What describes you best?”: 9 votes, too few to name a winner."),
        (
            "post_results: full",
            (5, 0, 2),
            "Poll “What describes you best?”: Developer 5 (71 %), Product 0 (0 %), Design 2 (29 %). "
            "“Developer” wins with 71 % of 7 votes.",
        ),
        ('post_results: "{winner}! {votes} of you, {percent} %"', (5, 0, 2), "Developer! 7 of you, 71 %"),
    ],
)
def test_results_as_the_producer_wants_them(more: str, counts: tuple[int, ...], line: str) -> None:
    show = role(more)
    show.votes["*"] = result(*counts)
    show.live()
    show.run(300)
    assert show.said()[-1] == line


@pytest.mark.parametrize("more", ["post_results: none", "results: moderators"])
def test_results_that_are_not_for_the_audience(more: str) -> None:
    show = role(more)
    show.votes["*"] = result(5, 2, 0)
    show.live()
    show.run(300)
    assert not any("Poll “" in line for line in show.said())
    assert show.poll("role#1")["results"]["counts"] == [5, 2, 0]


def test_results_always_are_counted_while_the_poll_is_open() -> None:
    show = role("results: always")
    show.votes["*"] = result(2, 1, 0)
    show.live()
    show.run(100)
    assert show.poll("role#1")["live"]["counts"] == [2, 1, 0]
    show.run(200)
    assert [key for key in show.entry_keys() if "live" in key] == [f"poll:role:1:live{number}" for number in range(1, 6)]
    assert show.poll("role#1")["state"] == "closed"


TWO = """
polls:
  - { id: one, question: "One?", type: yes_no, when: { at: live+1m }, close: { after: 5m } }
  - { id: two, question: "Two?", type: yes_no, when: { at: live+2m }, close: { after: 30s } }
"""


def test_the_team_sees_how_an_open_poll_stands_and_nobody_else() -> None:
    """Counted now and then, less often the more votes there are; nothing is said before the end."""
    few, many = (Show(read(ROLE.replace("after: 60s", "after: 10m").format(more=""))) for _ in range(2))
    for show, votes in ((few, 3), (many, 3000)):
        show.votes["*"] = result(votes, 0, 0)
        show.live()
        show.run(360)
        assert show.poll("role#1")["live"]["counts"] == [votes, 0, 0]
        assert show.poll("role#1")["results"] is None
        assert show.said() == []
    looks = [sum(":live" in key for key in show.entry_keys()) for show in (few, many)]
    assert looks[0] >= 15
    assert looks[1] <= 4


def test_one_poll_at_a_time_and_the_next_waits() -> None:
    show = Show(read(TWO))
    show.live()
    show.run(300)
    assert (show.poll("one#1")["state"], show.poll("two#1")["state"]) == ("open", "scheduled")
    show.run(300)
    assert [key for key in show.entry_keys() if key.startswith("poll:two") and ":live" not in key] == [
        "poll:two:1:create",
        "poll:two:1:open",
        "poll:two:1:close1",
        "poll:two:1:count1",
    ]
    opens = [(entry.action.open, entry.action.poll) for _at, entry in show.sent if isinstance(entry.action, SetPoll)]
    assert [state for state, _poll in opens] == [True, False, True, False]


def test_too_late_is_not_asked_at_all() -> None:
    show = role()
    show.live()
    show.run(30)
    show.now += 200
    show.run(60)
    assert show.sent == []
    assert show.fired == []
    (why,) = [value["why"] for value in show.all_of("skipped").values()]
    assert why == "171 s late (misfire_grace 120 s)"


def test_a_little_late_is_better_than_never() -> None:
    show = role()
    show.live()
    show.run(30)
    show.now += 100
    show.run(10)
    assert show.entry_keys()[0] == "poll:role:1:create"
    assert show.sent[0][1].expires == START + 180
