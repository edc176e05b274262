"""Quizzes: chains of polls with right answers, a reveal, and a leaderboard.

    asking → counted → (revealed) → … → finished          void when a person says so

Each question is a poll run called `recap.q1`; one that fails is left out of the maximum. `reveal: manual` waits for a person,
who finds it among the offers. History kinds: ("quiz", "recap#1") {"id", "run", "state", "cause", "at": index of the question,
"next": when the next one is asked, "polls": [run keys], "questions", "scoring", "reveal", "close", "pause", "late",
"leaderboard", "scores"}; ("quiz_runs", id); ("quiz_open",) the key of the one that runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bot.domain.history import Draft
from bot.engine.engagement import polls, scoring, speech, tally
from bot.engine.engagement.firing import QUIZ_OVER
from bot.engine.engagement.poll_records import latest, new_record
from bot.engine.engagement.speech import Line
from bot.engine.engagement.texts import clip, one_line
from bot.engine.engagement.turn import DAY, Turn
from bot.ruleset.engagement import Close, Quiz

LINES_UNTIL = 600.0
Record = dict[str, Any]


def begin(turn: Turn, item: Quiz, cause: str) -> str:
    """Asks the first question. Another quiz that runs is let finish first by the polls' own row."""
    run = (turn.draft.get("quiz_runs", item.id) or 0) + 1
    turn.draft.put(("quiz_runs", item.id), run)
    record = {
        "id": item.id,
        "run": run,
        "state": "asking",
        "cause": cause,
        "at": 0,
        "next": None,
        "polls": [],
        "questions": [
            {**one.model_dump(include={"id", "question", "options", "explain", "points"}, mode="json"), "right": list(one.right)}
            for one in item.questions
        ],
        "scoring": item.scoring,
        "reveal": item.reveal,
        "close": {"after": item.close.after, "warn": item.close.warn, "grace": item.close.grace},
        "pause": item.pause,
        "late": item.misfire_grace,
        "leaderboard": item.leaderboard.model_dump() if item.leaderboard else None,
        "scores": None,
    }
    turn.tell(f"quiz:{item.id} started")
    _ask(turn, record)
    return f"{item.id}#{run}"


def _put(turn: Turn, record: Record, **changes: Any) -> Record:
    new = {**record, **changes}
    turn.draft.put(("quiz", f"{new['id']}#{new['run']}"), new)
    return new


def running(draft: Draft) -> list[Record]:
    """All that are not over."""
    return [item.value for _key, item in draft.of_kind("quiz") if item.value["state"] not in QUIZ_OVER]


def _ask(turn: Turn, record: Record) -> None:
    question = record["questions"][record["at"]]
    close = Close.model_construct(**record["close"])
    cause = f"quiz:{record['id']}"
    poll = new_record(
        turn,
        f"{record['id']}.{question['id']}",
        question=question["question"],
        options=tuple(question["options"]),
        close=close,
        cause=cause,
        type="quiz_question",
        late=record["late"],
    )
    _put(turn, record, state="asking", next=None, polls=[*record["polls"], f"{poll['id']}#{poll['run']}"])
    polls.begin(turn, poll)


def hear(turn: Turn, news: Sequence[str]) -> None:
    """A poll of a quiz has ended, one way or the other."""
    for told in news:
        name, _, what = told.removeprefix("poll:").partition(" ")
        quiz, dot, _question = name.partition(".")
        if not dot or what not in ("closed", "failed", "void"):
            continue
        ended = latest(turn.draft, name)
        for record in running(turn.draft):
            if record["id"] == quiz and ended is not None and f"{ended['id']}#{ended['run']}" == record["polls"][-1]:
                _ended(turn, record, held=what == "closed" and ended["results"] is not None)


def _ended(turn: Turn, record: Record, *, held: bool) -> None:
    if not held or record["reveal"] == "at_end":
        _go_on(turn, record)
    elif record["reveal"] == "manual":
        _put(turn, record, state="counted")
        offer = {"item": _offer(record), "at": turn.now, "until": turn.now + DAY, "why": "reveal the answer and go on"}
        turn.draft.put(("offer", _offer(record)), offer, turn.now + DAY)
    else:
        reveal(turn, record)


def _offer(record: Record) -> str:
    return f"reveal:{record['id']}#{record['run']}:{record['questions'][record['at']]['id']}"


def release(turn: Turn, offer: str) -> bool:
    """A person reveals. False if this offer is none of ours."""
    for record in running(turn.draft):
        if record["state"] == "counted" and _offer(record) == offer:
            turn.draft.drop("offer", offer)
            reveal(turn, record)
            return True
    return False


def reveal(turn: Turn, record: Record) -> None:
    """Says the right answer and how many had it, and goes on."""
    question, poll = record["questions"][record["at"]], latest(turn.draft, record["polls"][-1])
    right = " or ".join(f"“{question['options'][index]}”" for index in question["right"])
    told = f"The answer is {right}.{_had_it(poll, question['right'])}{' ' + question['explain'] if question['explain'] else ''}"
    _say(turn, record, f"reveal-{question['id']}", told)
    _go_on(turn, record)


def _had_it(poll: Record | None, right: Sequence[int]) -> str:
    if poll is None or poll["results"] is None:
        return ""
    found = tally.outcome(poll["options"], poll["results"], 0)
    total = sum(found.counts)
    if not total or found.provisional:
        return ""
    return f" {round(100 * sum(found.counts[index] for index in right) / total)} % had it."


def _go_on(turn: Turn, record: Record) -> None:
    if record["at"] + 1 < len(record["questions"]):
        _put(turn, record, state="between", at=record["at"] + 1, next=turn.now + record["pause"])
        return
    found = _scores(turn, record)
    table = [[score.person, score.name, score.points, score.most, score.right, score.answered] for score in found]
    record = _put(turn, record, state="finished", scores=table)
    if record["reveal"] == "at_end":
        _say(turn, record, "answers", _answers(record))
    if record["leaderboard"] is not None:
        _say(turn, record, "leaderboard", _leaderboard(record, found))
    turn.tell(f"quiz:{record['id']} finished")


def _scores(turn: Turn, record: Record) -> list[scoring.Score]:
    """Of the questions that were held and whose option index is beyond doubt."""
    asked = []
    for question, key in zip(record["questions"], record["polls"], strict=False):
        poll = latest(turn.draft, key)
        if poll is not None and poll["state"] == "closed" and poll["results"] and poll["results"].get("index_base") is not None:
            asked.append((question, poll["results"]))
    return scoring.scores(asked, record["scoring"], record["close"]["after"] or 0.0)


def _answers(record: Record) -> str:
    parts = [f"{number}. {question['options'][question['right'][0]]}" for number, question in enumerate(record["questions"], 1)]
    return f"The answers: {', '.join(parts)}"


def _leaderboard(record: Record, found: Sequence[scoring.Score]) -> str:
    if not found:
        return "Quiz over: nobody's answers could be told apart, so there is no leaderboard."
    wanted = record["leaderboard"]
    inexact = " (times as exact as the platform's seconds)" if record["scoring"] == "speed" else ""
    return f"Quiz over, of {found[0].most} points: {scoring.leaderboard(found, wanted['top'], wanted['names'])}{inexact}"


def _say(turn: Turn, record: Record, step: str, text: str) -> None:
    key = turn.entry_key("say", f"quiz.{record['id']}", record["run"], step)
    source = f"quiz:{record['id']}#{record['run']}"
    speech.say(turn, Line(key, clip(one_line(text)), source, turn.now + LINES_UNTIL, "high", f"quiz:{record['id']}"))


def run(turn: Turn) -> None:
    """Asks the next question when the pause is over."""
    for record in running(turn.draft):
        if record["state"] == "between" and turn.now >= record["next"]:
            _ask(turn, record)


def void(turn: Turn, quiz_id: str, why: str) -> bool:
    """Ends all runs of a quiz, the open question with it. False if none runs."""
    found = [record for record in running(turn.draft) if record["id"] == quiz_id]
    for record in found:
        _put(turn, record, state="void")
        polls.void(turn, record["polls"][-1], why)
    return bool(found)


def next_due(draft: Draft) -> Iterator[float]:
    """When the next question is asked."""
    yield from (record["next"] for record in running(draft) if record["state"] == "between")
