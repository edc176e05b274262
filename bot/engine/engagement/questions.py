"""Q&A triage: questions keep a number; duplicates form clusters shown as "asked by N"; our own states beside the platform's.

    new approved queued answering answered follow_up declined duplicate

A duplicate points to the question it was merged into and remembers its state, so a split restores each exactly; nothing is merged
by itself. The platform's status is changed only by approving, by answering (`on_answered: archive`) and by declining.

History kinds: ("question", ref) a record, see `_new`; ("question_ref", "7") its ref; ("question_count",) the last number; ("offer",
"promote:<ref>") a chat line that asks something.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.domain.actions import SetMessageStatus
from bot.domain.decisions import Decision
from bot.domain.history import Draft, History
from bot.domain.signals import Message
from bot.engine.engagement.likeness import Frequencies, likeness
from bot.engine.engagement.texts import clip, one_line, times
from bot.engine.engagement.turn import HUMAN, USUAL, Turn
from bot.ruleset.engagement import Qa
from bot.ruleset.links import find_links, without
from bot.ruleset.questions import is_question

Record = dict[str, Any]
WAITING = ("new", "approved", "queued", "follow_up")
"""States in which somebody still waits for an answer."""
COMPARED = 200
"""A new question is compared with so many of the newest others."""
HURRY = 30
"""More questions than this in a minute are not compared: in a flood nobody reads suggestions."""
SUGGESTED = 3
PROMOTE_LENGTH = 15
PROMOTE_UNTIL = 600.0
PROMOTE_MOST = 30
TEXT_KEPT = 1000
_STATES = {"approved": "approved", "archived": "declined"}
_STATUSES = {"approved": "approved", "declined": "archived"}


def records(draft: Draft | History) -> list[Record]:
    """All questions, by number."""
    return sorted((item.value for _key, item in draft.of_kind("question")), key=lambda record: record["n"])


def put(turn: Turn, record: Record, **changes: Any) -> Record:
    """Remembers a changed record and returns it."""
    new = {**record, **changes}
    turn.draft.put(("question", new["ref"]), new)
    return new


def by_number(draft: Draft, number: str | int) -> Record | None:
    """The question with this number."""
    ref = draft.get("question_ref", str(number))
    record: Record | None = draft.get("question", ref) if ref is not None else None
    return record


def take(turn: Turn, message: Message, decision: Decision | None) -> None:
    """A question was read. An edited one keeps its number and state."""
    policy = turn.engagement.qa
    known = turn.draft.get("question", message.ref)
    if policy is None or message.own or message.deleted:
        return
    if known is not None:
        put(turn, known, text=message.text[:TEXT_KEPT], status=message.status)
        return
    record = _new(turn, message, _first_state(message, decision))
    if policy.duplicates is not None:
        record = {**record, "suggest": _suggested(turn, record, policy.duplicates.suggest_at)}
    put(turn, record)
    clean = decision is not None and decision.outcome == "none" and not decision.note
    if policy.policy == "approve" and clean and message.status == "new":
        set_status(turn, put(turn, record, state="approved"), "approved", person=False)


def _first_state(message: Message, decision: Decision | None) -> str:
    if message.status in _STATES:
        return _STATES[message.status]
    outcome = decision.outcome if decision is not None else "none"
    return {"approve": "approved", "archive": "declined", "hide": "declined"}.get(outcome, "new")


def _new(turn: Turn, message: Message, state: str) -> Record:
    """`lead` is the number of the question it was merged into, `before` its state until then; `suggest` [[number, likeness], …]."""
    number = (turn.draft.get("question_count") or 0) + 1
    turn.draft.put(("question_count",), number)
    turn.draft.put(("question_ref", str(number)), message.ref)
    return {
        "n": number,
        "ref": message.ref,
        "surface": message.surface,
        "text": message.text[:TEXT_KEPT],
        "name": message.author.name,
        "author": message.author.key,
        "at": turn.now,
        "state": state,
        "status": _STATUSES.get(state, message.status) if message.surface == "qa" else message.status,
        "lead": None,
        "before": "",
        "suggest": [],
        "claim": None,
        "reminded": False,
        "answered": None,
        "acts": 0,
    }


def _suggested(turn: Turn, record: Record, at_least: float) -> list[list[float]]:
    """Questions that may be the same, most alike first. A person decides."""
    known = [other for other in records(turn.draft) if other["lead"] is None and other["state"] != "declined"][-COMPARED:]
    if sum(turn.now - other["at"] < 60.0 for other in known) > HURRY:
        return []
    weights = Frequencies([record["text"], *(other["text"] for other in known)])
    mine = weights.weighted(record["text"])
    found = [[other["n"], round(likeness(mine, weights.weighted(other["text"])), 3)] for other in known]
    return sorted((pair for pair in found if pair[1] >= at_least), key=lambda pair: (-pair[1], pair[0]))[:SUGGESTED]


# ── clusters ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def root(draft: Draft, record: Record) -> Record:
    """The question that stands for the whole cluster."""
    while record["lead"] is not None:
        above = by_number(draft, record["lead"])
        if above is None:
            return record
        record = above
    return record


def cluster(draft: Draft, record: Record) -> list[Record]:
    """All questions of one cluster, the one that stands for it first."""
    top = root(draft, record)
    return [top, *(one for one in records(draft) if one["lead"] is not None and root(draft, one)["n"] == top["n"])]


def asked_by(draft: Draft, record: Record) -> int:
    """How many people asked it."""
    return len({one["author"] for one in cluster(draft, record)})


# ── what the platform and the clock bring ────────────────────────────────────────────────────────────────────────────


def status_changed(turn: Turn, ref: str, status: str) -> None:
    """A person approved or archived it, here or on the platform."""
    known = turn.draft.get("question", ref)
    if known is None:
        return
    known = put(turn, known, status=status)
    if status == "approved" and known["state"] in ("new", "declined"):
        put(turn, known, state="approved")
    elif status == "archived" and known["state"] in WAITING:
        put(turn, known, state="declined")


def set_status(turn: Turn, record: Record, status: str, *, person: bool = True) -> None:
    """On the platform, where it is not so already; chat lines that were promoted stay as they are."""
    if record["surface"] != "qa" or record["status"] == status:
        return
    record = put(turn, record, acts=record["acts"] + 1)
    key = turn.entry_key("qa", str(record["n"]), record["acts"], status)
    action = SetMessageStatus(record["ref"], "qa", status, record["status"])
    turn.send(key, action, cause=f"question:{record['n']}", priority=HUMAN if person else USUAL)
    put(turn, record, status=status)


def run(turn: Turn) -> None:
    """Reminds the team of what nobody has answered, in one alert."""
    policy = turn.engagement.qa
    if policy is None or policy.remind is None or turn.event.phase not in ("on_air", "playback"):
        return
    late = [record for record in records(turn.draft) if _waits(record) and record["at"] + policy.remind.unanswered <= turn.now]
    if not late:
        return
    for record in late:
        put(turn, record, reminded=True)
    shown = ", ".join(f"{record['n']} (“{clip(one_line(record['text']), 60)}”)" for record in late[:5])
    more = f" and {len(late) - 5} more" if len(late) > 5 else ""
    key = turn.entry_key("alert", f"qa.{late[0]['n']}", 1, "remind")
    turn.alert(key, f"{times(len(late), 'question')} not answered yet: {shown}{more}", cause="qa")


def _waits(record: Record) -> bool:
    return record["state"] in WAITING and record["lead"] is None and not record["reminded"]


def next_due(draft: Draft, policy: Qa | None) -> Iterator[float]:
    """When a reminder is due."""
    if policy is not None and policy.remind is not None:
        yield from (record["at"] + policy.remind.unanswered for record in records(draft) if _waits(record))


# ── questions asked in the chat ──────────────────────────────────────────────────────────────────────────────────────


def notice(turn: Turn, message: Message) -> None:
    """A chat line that asks something is offered for promotion."""
    policy = turn.engagement.qa
    if policy is None or not policy.promote_from_chat or len(message.text) < PROMOTE_LENGTH:
        return
    words = without(message.text, find_links(message.text))
    held = sum(item.value["item"] == "promote" for _key, item in turn.draft.of_kind("offer"))
    if held >= PROMOTE_MOST or not is_question(words):
        return
    value = {
        "item": "promote",
        "at": turn.now,
        "until": turn.now + PROMOTE_UNTIL,
        "why": "asked in the chat",
        "ref": message.ref,
        "text": message.text[:TEXT_KEPT],
        "name": message.author.name,
        "email": message.author.email,
    }
    turn.draft.put(("offer", f"promote:{message.ref}"), value, turn.now + PROMOTE_UNTIL)
