"""Audience polls: each run is one record in the history, moved on by the clock and by what became of its outbox entries.

    scheduled → creating → opening → open → closing → counting → closed ⇄ archived       failed and void can come from any

One poll is asked at a time, the next waits as `scheduled`. What cannot be created, opened or counted is `failed` or says why,
with an alert, never silent.

History kinds beside those of poll_records: ("poll_open",) the key of the run that is open, for moderation; ("option_base",) 0
or 1 once the platform has shown it. Entry keys: `poll:role:1:create@event`, then open, close1…, count1…, live1….
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.domain.actions import CountPoll, CreatePoll, SetPoll
from bot.domain.history import Draft
from bot.engine.engagement import poll_words, tally
from bot.engine.engagement.poll_records import ASKING, Record, change, entry_key, latest, name_of, poll_record, records
from bot.engine.engagement.turn import HUMAN, NEAR, USUAL, EntryKey, Turn
from bot.ruleset.engagement import Poll

TRIES = 3
AGAIN = 10.0
"""Seconds between two tries to close or count."""
OPEN_EXPIRES = 60.0
"""A poll that has been made is opened within its misfire_grace, or within so many seconds if that is longer."""
LIVE_COUNT, UNSHOWN_COUNT = 10.0, 15.0
"""Seconds between two counts of an open poll: with `results: always`, and where only the team sees them."""
PER_VOTE = 0.05
"""Seconds more for each vote: a count reads all of them."""


def ask(turn: Turn, poll: Poll, cause: str, due: float, *, person: bool = False) -> str:
    """Asks for a new run; it begins when no other poll is being asked. Returns its key."""
    until = None if person else due + poll.misfire_grace
    return begin(turn, poll_record(turn, poll, cause) | {"until": until, "late": poll.misfire_grace, "person": person})


def begin(turn: Turn, record: Record) -> str:
    """Puts a new run into the row."""
    turn.draft.put(("poll_runs", record["id"]), record["run"])
    turn.draft.put(("poll", name_of(record)), record)
    advance_row(turn)
    return name_of(record)


# ── one after the other ──────────────────────────────────────────────────────────────────────────────────────────────


def advance_row(turn: Turn) -> None:
    """Creates the next waiting poll if none is being asked."""
    known = records(turn.draft)
    if any(record["state"] in ASKING for record in known):
        return
    for record in known:
        if record["state"] == "scheduled":
            _create(turn, record)
            return


def _create(turn: Turn, record: Record) -> None:
    """Its time counts from here on: having waited for another poll is not its fault."""
    waited = turn.now - record["asked"]
    expires = None if record["until"] is None else record["until"] + waited
    action = CreatePoll(record["question"], tuple(record["options"]))
    change(turn, record, state="creating")
    priority = HUMAN if record["person"] else NEAR
    turn.send(entry_key(turn, record, "create"), action, cause=str(record["cause"]), priority=priority, expires=expires)


# ── what became of its entries ───────────────────────────────────────────────────────────────────────────────────────


def settled(turn: Turn, key: EntryKey, state: str, result: dict[str, Any], error: str) -> None:
    """Takes the outcome of an entry of ours."""
    record = turn.draft.get("poll", f"{key.item}#{key.run}")
    if record is None:
        return
    done = state == "done"
    if key.step == "create" and record["state"] in ("creating", "failed", "void"):
        _created(turn, record, result) if done else _fail(turn, record, f"it could not be created ({_said(state, error)})")
    elif key.step == "open" and record["state"] == "opening":
        _opened(turn, record) if done else _not_opened(turn, record, state, error)
    elif key.step.startswith("close") and record["state"] == "closing":
        _closed(turn, record) if done or state == "gone" else _try_close_again(turn, record, state, error)
    elif key.step.startswith("count") and record["state"] == "counting":
        _counted(turn, record, result) if done else _try_count_again(turn, record, state, error)
    elif key.step.startswith("live") and record["state"] == "open":
        live = _read(turn, result) if done else record["live"]
        change(turn, record, live=live, next_try=turn.now + _pause(record, live))


def _said(state: str, error: str) -> str:
    return f"{state}: {error}" if error else state


def _created(turn: Turn, record: Record, result: dict[str, Any]) -> None:
    remote = str(result.get("remote") or result.get("poll_ref") or "")
    if record["state"] != "creating":
        _send_close(turn, change(turn, record, remote=remote), "undo")
        return
    if not remote:
        _fail(turn, record, "the platform did not say what it is called")
        return
    record = change(turn, record, state="opening", remote=remote)
    priority = HUMAN if record["person"] else NEAR
    turn.send(
        entry_key(turn, record, "open"),
        SetPoll(remote, True),
        cause=str(record["cause"]),
        priority=priority,
        expires=turn.now + max(OPEN_EXPIRES, record["late"]),
    )


def _opened(turn: Turn, record: Record) -> None:
    closes = None if record["close_after"] is None else turn.now + record["close_after"]
    change(turn, record, state="open", opened=turn.now, closes=closes, next_try=turn.now + _pause(record, None))
    turn.draft.put(("poll_open",), name_of(record))
    turn.tell(f"poll:{record['id']} opened")


def _not_opened(turn: Turn, record: Record, state: str, error: str) -> None:
    """It may be open all the same, if the answer was lost: closing costs nothing."""
    _send_close(turn, record, "undo")
    _fail(turn, record, f"it could not be opened ({_said(state, error)})")


def _pause(record: Record, live: dict[str, Any] | None) -> float:
    """Until the next count of an open poll."""
    seconds = LIVE_COUNT if record["results_policy"] == "always" else UNSHOWN_COUNT
    return seconds + PER_VOTE * float((live or {}).get("voters") or 0)


def _closed(turn: Turn, record: Record) -> None:
    change(turn, record, state="counting", closed=turn.now, next_try=turn.now + record["grace"], tries=0)
    turn.draft.drop("poll_open")
    poll_words.take_back(turn, record, "warning", "the poll is closed")
    advance_row(turn)


def _try_close_again(turn: Turn, record: Record, state: str, error: str) -> None:
    if record["tries"] < TRIES:
        change(turn, record, next_try=turn.now + AGAIN)
        return
    why = f"it could not be closed ({_said(state, error)}); close it by hand"
    poll_words.alert(turn, record, "close", why)
    _closed(turn, change(turn, record, why=why))


def _try_count_again(turn: Turn, record: Record, state: str, error: str) -> None:
    if record["tries"] < TRIES:
        change(turn, record, next_try=turn.now + AGAIN)
        return
    why = f"its votes could not be counted ({_said(state, error)})"
    change(turn, record, state="closed", why=why)
    poll_words.alert(turn, record, "count", why)
    turn.tell(f"poll:{record['id']} closed")


def _read(turn: Turn, result: dict[str, Any]) -> dict[str, Any]:
    """A count as the platform gave it; what it shows about the option index is remembered for the other polls."""
    base = result.get("index_base")
    if base in (0, 1):
        turn.draft.put(("option_base",), base)
    return tally.with_known_base(result, turn.draft.get("option_base"))


def _counted(turn: Turn, record: Record, result: dict[str, Any]) -> None:
    results = _read(turn, result)
    record = change(turn, record, state="closed", results=results, why="")
    found = tally.outcome(record["options"], results, record["min_votes"])
    if found.provisional:
        why = "it is not known whether the platform counts options from 0 or 1; look at the entries, or set option_index_base"
        poll_words.alert(turn, record, "provisional", why)
    poll_words.post_results(turn, record, found)
    turn.tell(f"poll:{record['id']} closed")


def _fail(turn: Turn, record: Record, why: str) -> None:
    if record["state"] in ("failed", "void"):
        return
    change(turn, record, state="failed", why=why, closed=turn.now)
    poll_words.alert(turn, record, "failed", why)
    turn.tell(f"poll:{record['id']} failed")
    advance_row(turn)


# ── the clock ────────────────────────────────────────────────────────────────────────────────────────────────────────


def run(turn: Turn) -> None:
    """Warns, closes, counts."""
    for record in records(turn.draft):
        if record["state"] == "open":
            _run_open(turn, record)
        elif record["state"] == "closing" and _ripe(turn, record):
            _send_close(turn, record, f"close{record['tries'] + 1}")
        elif record["state"] == "counting" and _ripe(turn, record):
            _send_count(turn, record, "count")


def _ripe(turn: Turn, record: Record) -> bool:
    return record["next_try"] is not None and turn.now >= record["next_try"]


def _run_open(turn: Turn, record: Record) -> None:
    closes, warn = record["closes"], record["warn"]
    if closes is not None and turn.now >= closes:
        close(turn, record)
        return
    if closes is not None and warn is not None and not record["warned"] and turn.now >= closes - warn:
        record = change(turn, record, warned=True)
        poll_words.warn(turn, record)
    if _ripe(turn, record):
        _send_count(turn, record, "live")


def close(turn: Turn, record: Record) -> None:
    """Ends an open poll."""
    record = change(turn, record, state="closing", tries=0)
    _send_close(turn, record, "close1")


def _send_close(turn: Turn, record: Record, step: str) -> None:
    """No end to its life: a poll that stays open is worse than one that closes late."""
    if record["state"] == "closing":
        record = change(turn, record, tries=record["tries"] + 1, next_try=None)
    turn.send(entry_key(turn, record, step), SetPoll(record["remote"], False), cause=str(record["cause"]), priority=NEAR)


def _send_count(turn: Turn, record: Record, step: str) -> None:
    record = change(turn, record, tries=record["tries"] + 1, next_try=None)
    last, quiz = step == "count", record["type"] == "quiz_question"
    action = CountPoll(record["remote"], tuple(record["options"]), ballots=last and quiz, votes=last)
    turn.send(entry_key(turn, record, f"{step}{record['tries']}"), action, cause=str(record["cause"]), priority=USUAL)


def next_due(draft: Draft) -> Iterator[float]:
    """When the clock moves a poll on."""
    for record in records(draft):
        if record["state"] == "open" and record["closes"] is not None:
            yield record["closes"]
            if record["warn"] is not None and not record["warned"]:
                yield record["closes"] - record["warn"]
        if record["state"] in ("open", "closing", "counting") and record["next_try"] is not None:
            yield record["next_try"]


def shift(turn: Turn, seconds: float) -> None:
    """The wall clock was set back: what is open stays open for as long as it was meant to."""
    for record in records(turn.draft):
        moved = {name: record[name] + seconds for name in ("opened", "closes", "next_try") if record[name] is not None}
        if record["state"] in ("open", "closing", "counting"):
            change(turn, record, **moved)


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def close_by_hand(turn: Turn, poll_id: str) -> bool:
    """Closes the newest run if it is open, or takes it out of the row. False if there was nothing to close."""
    record = latest(turn.draft, poll_id)
    if record is None:
        return False
    if record["state"] == "open":
        close(turn, record)
        return True
    if record["state"] in ("scheduled", "creating", "opening"):
        void(turn, poll_id, "closed before it was open")
        return True
    return False


def extend(turn: Turn, poll_id: str, seconds: float) -> str:
    """An open poll closes so much later; the warning is given anew if there is time for it. Returns why not, or nothing."""
    record = latest(turn.draft, poll_id)
    if record is None or record["state"] != "open":
        return f"the poll '{poll_id}' is not open"
    if record["closes"] is None:
        return f"the poll '{poll_id}' is open until somebody closes it"
    closes = record["closes"] + seconds
    warned = record["warned"] and (record["warn"] is None or turn.now >= closes - record["warn"])
    poll_words.take_back(turn, record, "warning", "the poll stays open for longer")
    change(turn, record, closes=closes, warned=warned, warnings=record.get("warnings", 0) + (record["warned"] and not warned))
    return ""


def void(turn: Turn, poll_id: str, why: str) -> bool:
    """Makes the newest run worth nothing: closed if it is open, no results. False if there is none."""
    record = latest(turn.draft, poll_id)
    if record is None or record["state"] in ("void", "failed"):
        return False
    if record["state"] in ("creating", "opening"):
        turn.cancelled += [entry_key(turn, record, "create"), entry_key(turn, record, "open")]
    if record["remote"] and record["state"] in ("opening", "open", "closing"):
        _send_close(turn, {**record, "state": "void"}, "void")
    if turn.draft.get("poll_open") == name_of(record):
        turn.draft.drop("poll_open")
    for step in ("warning", "results"):
        poll_words.take_back(turn, record, step, "the poll was declared void")
    change(turn, record, state="void", why=why, closed=turn.now, next_try=None)
    turn.tell(f"poll:{record['id']} void")
    advance_row(turn)
    return True


def archive(turn: Turn, poll_id: str) -> str:
    """Puts a closed poll away: off the desk, the stage and the overlay; reports keep it. Returns why not, or nothing.

    The platform has no call for it, so nothing changes there.
    """
    record = latest(turn.draft, poll_id)
    if record is None or record["state"] != "closed":
        return f"the poll '{poll_id}' is not closed; only closed polls can be archived"
    if record["type"] == "quiz_question":
        return f"the poll '{poll_id}' belongs to a quiz, which counts its points from it"
    change(turn, record, state="archived")
    return ""


def restore(turn: Turn, poll_id: str) -> str:
    """Takes an archived poll out again. Returns why not, or nothing."""
    record = latest(turn.draft, poll_id)
    if record is None or record["state"] != "archived":
        return f"the poll '{poll_id}' is not archived"
    change(turn, record, state="closed")
    return ""


def deleted(turn: Turn, remote: str) -> None:
    """Somebody deleted it on the platform; its votes went with it."""
    for record in records(turn.draft):
        if remote and record["remote"] == remote and record["state"] in (*ASKING, "counting"):
            void(turn, name_of(record), "deleted on the platform")
            poll_words.alert(turn, record, "deleted", "it was deleted on the platform")
