"""What the bot says of a poll: the warning before its end, its results, and alerts to the team."""

from __future__ import annotations

from bot.engine.engagement import speech, tally
from bot.engine.engagement.poll_records import Record, name_of
from bot.engine.engagement.speech import Line
from bot.engine.engagement.texts import line
from bot.engine.engagement.turn import Turn

RESULTS_UNTIL = 600.0
"""Results are worth saying for so long."""


def warn(turn: Turn, record: Record) -> None:
    """So many seconds are left."""
    left = max(1, round(record["closes"] - turn.now))
    text = line(f"{left} seconds left to vote: {{question}}", turn.event, turn.now, question=record["question"])
    _say(turn, record, "warning", text, until=record["closes"], priority="normal", again=record.get("warnings", 0))


def post_results(turn: Turn, record: Record, found: tally.Outcome) -> None:
    """By the poll's `post_results`: none, summary, full, or a template."""
    policy, question = record["post_results"], record["question"]
    if policy == "none":
        return
    if policy in ("summary", "full"):
        told = tally.sentence(found) if policy == "summary" else tally.full(found)
        text = line("Poll “{question}”: {results}.", turn.event, turn.now, question=question, results=told)
    else:
        values = tally.placeholders(found, question, record["id"], int(record["results"].get("distinct") or 0))
        text = line(policy, turn.event, turn.now, **values)
    _say(turn, record, "results", text, until=turn.now + RESULTS_UNTIL, priority="high")


def take_back(turn: Turn, record: Record, step: str, why: str) -> None:
    """What waits to be said is not said any more. `step` is warning or results."""
    speech.forget(turn, f"poll-{step}:{name_of(record)}", why)


def _say(turn: Turn, record: Record, step: str, text: str, *, until: float, priority: str, again: int = 0) -> None:
    key = turn.entry_key("say", f"poll.{record['id']}", record["run"], f"{step}{again + 1}" if again else step)
    cause = f"poll:{record['id']}"
    speech.say(turn, Line(key, text, f"poll-{step}:{name_of(record)}", until, priority, cause))


def alert(turn: Turn, record: Record, step: str, why: str) -> None:
    """Tells the team what went wrong, once for each step of a run."""
    key = turn.entry_key("alert", f"poll.{record['id']}", record["run"], step)
    turn.alert(key, f"Poll '{record['id']}' ({record['question']}): {why}.", cause=f"poll:{record['id']}", urgent=True)
