"""Seventeen defects that polls, quizzes and chat bots elsewhere are known for, and that this one avoids: one test each, by name."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from bot.clock import Clock
from bot.domain.actions import CreatePoll, SetPoll
from bot.domain.errors import StoreError
from bot.engine.engagement.scoring import scores
from bot.engine.engagement.tally import full, outcome, sentence
from bot.platform_api.beestreamed.tally import tally
from bot.platform_api.beestreamed.values import PollEntry
from bot.ports import Pause
from bot.reports.csv_file import CsvFile
from bot.reports.score import Opportunity, Taken, score
from bot.reports.tables import TABLES
from bot.store import open_store

from .show import START, Show, read

POLL = """
speech: {{ min_gap: 0, max_share: null }}
polls:
  - {{ id: role, question: "Role?", options: [Dev, Ops, Art], when: {{ at: live+1m }}, close: {{ after: 60s, grace: 2s }}, post_results: full{more} }}
"""  # noqa: E501 - one item a line


def vote(number: int, index: int, email: str = "", at: float = 100.0) -> PollEntry:
    return PollEntry(number, index, email, "", at)


def poll(more: str = "", **given: Any) -> Show:
    show = Show(read(POLL.format(more=more)), **given)
    show.live()
    return show


def test_01_votes_at_the_same_moment_are_lost() -> None:
    """Counters that are read, raised and written lose one of two simultaneous votes; ours are counted anew from the entries."""
    entries = [vote(number, number % 2, f"v{number}@example.test") for number in range(1000)]
    assert tally(entries, 2, 0)["counts"] == [500, 500]


def test_02_a_vote_that_is_read_twice_counts_twice() -> None:
    """A second count, or the same count after a crash, gives the same result: nothing is ever added to what was counted."""
    show = poll(restart=True)
    show.votes["*"] = {"counts": [3, 1, 0], "index_base": 0, "voters": 4, "distinct": 4}
    show.run(200)
    assert show.poll("role#1")["results"]["counts"] == [3, 1, 0]
    assert tally([vote(1, 0), vote(2, 1)], 2, 0) == tally([vote(2, 1), vote(1, 0)], 2, 0)


def test_03_options_without_votes_are_dropped() -> None:
    found = outcome(("Dev", "Ops", "Art"), tally([vote(1, 0), vote(2, 0)], 3, 0), min_votes=0)
    assert "Ops 0 (0 %), Art 0 (0 %)" in full(found)


def test_04_a_tie_is_broken_silently() -> None:
    found = outcome(("Dev", "Ops"), tally([vote(1, 0), vote(2, 1)], 2, 0), min_votes=0)
    assert found.winner is None
    assert sentence(found).startswith("a tie between “Dev” and “Ops”")


def test_05_two_votes_make_a_winner() -> None:
    found = outcome(("Dev", "Ops"), tally([vote(1, 0), vote(2, 0)], 2, 0), min_votes=10)
    assert found.winner is None
    assert "wins" not in sentence(found)


def test_06_percent_over_parts_that_did_not_take_place() -> None:
    """No quiz was held: who took part in all the rest has 100, not 70."""
    assert score(Taken(polls=2, lines=100, questions=9), Opportunity(polls=2, chat=True, questions=True)).total == 100.0
    assert score(Taken(), Opportunity()).total is None


def test_07_half_right_answers_count_in_full() -> None:
    """One right and one wrong answer of two questions are half the points; a second try does not make the first one right."""
    questions = [({"right": [0, 2], "points": 2}, _cast((100, 0))), ({"right": [1], "points": 2}, _cast((200, 0), (201, 1)))]
    (found,) = scores(questions, "accuracy", 30.0)
    assert (found.points, found.most, found.right) == (2.0, 4, 1)


def test_08_quiz_scores_below_zero() -> None:
    """Late answers under `speed` lose points, never more than there are."""
    (found,) = scores([({"right": [0], "points": 10}, _cast((100, 0), late=10_000))], "speed", 30.0)
    assert 0 <= found.points <= 10
    assert score(Taken(), Opportunity(quiz=10.0)).total == 0.0


def _cast(*answers: tuple[float, int], late: float = 0.0) -> dict[str, Any]:
    first = [["first@example.test", "First", 9, 100.0]] if late else []
    ballots = [["ann@example.test", "Ann", index, at + late] for at, index in answers]
    return {"index_base": 0, "ballots": [*first, *ballots]} if not late else {"index_base": 0, "ballots": ballots}


def test_09_question_marks_in_addresses_make_questions() -> None:
    show = Show(read("qa: { promote_from_chat: true }"))
    show.live()
    show.chat("see https://example.test/watch?v=1&t=2")
    show.chat("www.example.test/?page=2 shows the slides")
    assert show.all_of("offer") == {}
    show.chat("see https://example.test/a?b=1 or where else?")
    assert len(show.all_of("offer")) == 1


def test_10_a_restart_begins_its_timers_from_zero() -> None:
    """Everything is forgotten but what is stored, after each signal: the poll closes at the same second."""
    steady, restarted = poll(), poll(restart=True)
    for show in (steady, restarted):
        show.run(300)
    assert [(at, entry.key) for at, entry in steady.sent] == [(at, entry.key) for at, entry in restarted.sent]
    closes = [at for at, entry in restarted.sent if isinstance(entry.action, SetPoll) and not entry.action.open]
    assert closes[0] - START == pytest.approx(121.0, abs=1.0)


def test_11_a_refused_command_uses_up_the_cooldown() -> None:
    text = 'commands: [{id: k, trigger: "!k", reply: Yes., allow: [regular], cooldown: {global: 1h, user: 1h}}]'
    show = Show(read(f"speech: {{min_gap: 0, max_share: null}}\n{text}"))
    show.live()
    show.chat("!k", by="stranger")
    show.chat("!k", by="friend", trust="regular")
    assert show.said() == ["Yes."]


async def test_12_a_pause_without_a_deadline_is_forgotten_or_lasts_for_ever(tmp_path: Path) -> None:
    """It is stored with its end, and still there after a restart."""
    clock = Clock()
    until = clock.now() + 600
    store = await open_store(f"sqlite:{tmp_path / 'usher.db'}", clock)
    await store.begin("main", clock.now())
    await store.pause(Pause("main", "", "all", until, "person:anna", clock.now()))
    await store.close()
    again = await open_store(f"sqlite:{tmp_path / 'usher.db'}", clock)
    try:
        (pause,) = await again.pauses("main")
    except StoreError as error:
        raise AssertionError("the pause did not survive") from error
    finally:
        await again.close()
    assert pause.until == pytest.approx(until)


def test_13_commas_quotes_and_line_breaks_break_the_csv() -> None:
    hostile = 'Ann, "the\nsecond"\r\n'
    (row,) = csv.DictReader(io.StringIO(_written(hostile), newline=""))
    assert row["name"] == hostile


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1"])
def test_14_formulas_run_in_the_spreadsheet(text: str) -> None:
    (row,) = csv.DictReader(io.StringIO(_written(text), newline=""))
    assert row["name"] == f"'{text}"


def _written(name: str) -> str:
    file = io.StringIO(newline="")
    table = TABLES["attendees"]
    values = dict.fromkeys((column.name for column in table.columns), None) | {"name": name}
    CsvFile(file, table).rows([tuple(values[column.name] for column in table.columns)])
    return file.getvalue()


def test_15_after_a_sleep_everything_missed_comes_at_once() -> None:
    text = "announcements: [{id: a, every: 5m, messages: [hello]}]\ncues: [{id: c, when: {at: live+5m}, do: [{post: late}]}]"
    show = Show(read(f"speech: {{min_gap: 10s, max_share: null}}\n{text}"))
    show.live()
    show.run(2)
    show.now += 3600
    show.run(100)
    assert show.said() == ["hello"]
    assert [value["why"].partition(" (")[0] for value in show.all_of("skipped").values()] == ["3303 s late"]


def test_16_a_file_edited_meanwhile_changes_an_open_poll() -> None:
    show = poll()
    show.run(70)
    show.engagement = read(POLL.format(more=", min_votes: 99").replace("Ops", "Nobody").replace("60s", "10s"))
    show.votes["*"] = {"counts": [2, 1, 0], "index_base": 0, "voters": 3, "distinct": 3}
    show.run(200)
    assert [entry.action.options for _at, entry in show.sent if isinstance(entry.action, CreatePoll)] == [("Dev", "Ops", "Art")]
    assert "“Dev” wins" in show.said()[-1]


def test_17_the_hour_that_comes_twice_fires_twice() -> None:
    """02:30 on the night on which Berlin's clocks go back: once."""
    show = Show(read('cues: [{id: c, when: {cron: "30 2 * * *"}, do: [{alert: x}]}]'))
    from_midnight = 1_792_879_200.0  # 2026-10-25T00:00+02:00
    show.now = from_midnight
    show.phase("on_air", "live", zone="Europe/Berlin", starts=from_midnight, ends=from_midnight + 6 * 3600)
    for _ in range(5 * 60):
        show.run(60, step=60.0)
    assert [occurrence for _item, occurrence in show.fired] == ["2026-10-25T02:30:00"]
