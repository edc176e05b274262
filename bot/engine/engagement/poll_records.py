"""The record of one run of a poll. It carries all settings it was asked with, so an edit of the rule file changes later runs only.

History kinds: ("poll", "role#1") a record; ("poll_runs", id) how many runs there were.
"""

from __future__ import annotations

from typing import Any

from bot.domain.history import Draft, History
from bot.engine.engagement.texts import clip, one_line
from bot.engine.engagement.turn import Turn
from bot.ruleset.engagement import Close, Poll

Record = dict[str, Any]
ASKING = ("creating", "opening", "open", "closing")


def poll_record(turn: Turn, poll: Poll, cause: str) -> Record:
    """Of the next run of a poll of the rule files."""
    return new_record(
        turn,
        poll.id,
        question=poll.question,
        options=poll.options,
        close=poll.close,
        cause=cause,
        type=poll.type,
        results_policy=poll.results,
        post_results="none" if poll.results == "moderators" else poll.post_results,
        min_votes=poll.min_votes,
    )


def new_record(
    turn: Turn, poll_id: str, *, question: str, options: tuple[str, ...], close: Close, cause: str, **more: Any
) -> Record:
    """Everything that will be known of a run: its settings now, the rest as it comes.

    `state` is scheduled creating opening open closing counting closed archived failed or void; times are seconds since 1970;
    `results` and `live` are what CountPoll answered: {"counts", "other", "voters", "distinct", "index_base", "digest"}.
    """
    return {
        "id": poll_id,
        "run": (turn.draft.get("poll_runs", poll_id) or 0) + 1,
        "cause": cause,
        "type": "choice",
        "state": "scheduled",
        "question": clip(one_line(question), 300),
        "options": [clip(one_line(option), 200) for option in options],
        "close_after": close.after,
        "warn": close.warn,
        "grace": close.grace,
        "results_policy": "after_close",
        "post_results": "none",
        "min_votes": 0,
        "asked": turn.now,
        "until": None,
        "late": 0.0,
        "person": False,
        "remote": "",
        "opened": None,
        "closes": None,
        "warned": False,
        "closed": None,
        "next_try": None,
        "tries": 0,
        "results": None,
        "live": None,
        "why": "",
    } | more


def name_of(record: Record) -> str:
    """`role#1`."""
    return f"{record['id']}#{record['run']}"


def change(turn: Turn, record: Record, **changes: Any) -> Record:
    """Remembers a changed record and returns it."""
    new = {**record, **changes}
    turn.draft.put(("poll", name_of(record)), new)
    return new


def records(draft: Draft | History) -> list[Record]:
    """All runs of this event, in the order in which they were asked for."""
    found = [item.value for _key, item in draft.of_kind("poll")]
    return sorted(found, key=lambda record: (record["asked"], record["id"], record["run"]))


def latest(draft: Draft, poll_id: str) -> Record | None:
    """The newest run of a poll; `role#2` names a certain one."""
    key = poll_id if "#" in poll_id else f"{poll_id}#{draft.get('poll_runs', poll_id) or 0}"
    record: Record | None = draft.get("poll", key)
    return record


def entry_key(turn: Turn, record: Record, step: str) -> str:
    """`poll:role:1:open@event`."""
    return turn.entry_key("poll", record["id"], record["run"], step)
