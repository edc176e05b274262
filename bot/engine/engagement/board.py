"""What a producer's screen shows of an event's engagement, as JSON values: polls, quizzes, captures, questions, offers, what waits
and why, what was dropped or left out, and the running order with what comes next. Pure; reads, changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.domain.history import Draft, History
from bot.domain.signals import EventState
from bot.engine.engagement import captures, questions, schedule, tally
from bot.engine.engagement.firing import state
from bot.engine.engagement.poll_records import records
from bot.engine.engagement.scoring import Score, shown_name
from bot.ruleset.engagement import Engagement, Started

NEWEST = 50
CLOCK = ("at", "every", "cron")
_POLL = (
    "id",
    "run",
    "type",
    "state",
    "question",
    "options",
    "opened",
    "closes",
    "closed",
    "why",
    "cause",
    "remote",
    "results_policy",
)
_QUESTION = ("n", "ref", "surface", "text", "name", "at", "state", "status", "lead", "suggest", "answered")


def board(engagement: Engagement, history: History | Draft, event: EventState, now: float) -> dict[str, Any]:
    """Everything, newest first where things pile up."""
    draft = history if isinstance(history, Draft) else Draft(history)
    return {
        "polls": [_poll(record) for record in reversed(records(draft))],
        "quizzes": [_quiz(item.value) for _key, item in draft.of_kind("quiz")][::-1],
        "captures": [_capture(item.value) for _key, item in draft.of_kind("capture")][::-1],
        "questions": _questions(draft, now),
        "offers": sorted(_offers(draft, now), key=lambda one: str(one["at"])),
        "waiting": sorted(_waiting(draft), key=lambda one: float(one["since"])),
        "dropped": _newest(draft, "dropped", "key"),
        "skipped": [
            {"item": key[1], "occurrence": key[2], **{name: item.value[name] for name in ("why", "due", "at")}}
            for key, item in sorted(draft.of_kind("skipped"), key=lambda pair: -float(pair[1].value["at"]))
        ][:NEWEST],
        "items": [_item(draft, item, event, now) for item in engagement.started],
    }


def _poll(record: dict[str, Any]) -> dict[str, Any]:
    given = record["results"] or record["live"]
    shown = {"key": f"{record['id']}#{record['run']}"} | {name: record[name] for name in _POLL}
    if given is None:
        return shown | {"counts": None, "percent": None, "votes": 0, "voters": 0, "provisional": False, "told": ""}
    found = tally.outcome(record["options"], given, record["min_votes"])
    return shown | {
        "counts": list(found.counts),
        "percent": [found.percent(index) for index in range(len(found.options))],
        "votes": found.votes,
        "voters": int(given.get("distinct") or 0),
        "provisional": found.provisional,
        "told": tally.sentence(found),
    }


def _quiz(record: dict[str, Any]) -> dict[str, Any]:
    names = (record["leaderboard"] or {}).get("names", "short")
    scores = [Score(*row) for row in record["scores"] or ()]
    table = [
        {"name": shown_name(one, names), "points": one.points, "most": one.most, "right": one.right, "answered": one.answered}
        for one in scores
    ]
    return {
        "key": f"{record['id']}#{record['run']}",
        "id": record["id"],
        "run": record["run"],
        "state": record["state"],
        "question": record["at"] + 1,
        "of": len(record["questions"]),
        "scores": None if record["scores"] is None else table,
    }


def _capture(record: dict[str, Any]) -> dict[str, Any]:
    key = {"key": f"{record['id']}#{record['run']}"}
    return key | {name: record[name] for name in ("id", "run", "state", "prompt", "closes")} | {"answers": captures.ranking(record)}


def _questions(draft: Draft, now: float) -> list[dict[str, Any]]:
    """The root of a cluster carries how many asked it and who was merged into it."""
    known = questions.records(draft)
    tops = {record["n"]: questions.root(draft, record)["n"] for record in known}
    shown = []
    for record in known:
        merged = [other["n"] for other in known if tops[other["n"]] == record["n"] and other["n"] != record["n"]]
        people = {other["author"] for other in known if tops[other["n"]] == tops[record["n"]]}
        claim = record["claim"] if record["claim"] is not None and record["claim"]["until"] > now else None
        shown.append({name: record[name] for name in _QUESTION} | {"asked_by": len(people), "merged": merged, "claim": claim})
    return shown[::-1]


def _offers(draft: Draft, now: float) -> Iterator[dict[str, Any]]:
    for key, item in draft.of_kind("offer"):
        value = item.value
        if float(value["until"]) > now:
            shown = {"key": key[1]} | {name: value[name] for name in ("item", "why", "at", "until")}
            yield shown | ({"text": value["text"]} if "text" in value else {})


def _waiting(draft: Draft) -> Iterator[dict[str, Any]]:
    """Lines, and announcements that are due but may not be said yet."""
    for key, item in draft.of_kind("waiting"):
        yield {"key": key[1]} | {name: item.value[name] for name in ("text", "source", "why", "since", "until")}
    for key, item in draft.of_kind("due"):
        source = f"announcement:{key[1]}"
        shown = {name: item.value[name] for name in ("why", "since", "until")}
        yield {"key": f"{source}@{item.value['occurrence']}", "text": "", "source": source} | shown


def _newest(draft: Draft, kind: str, name: str) -> list[dict[str, Any]]:
    found = sorted(draft.of_kind(kind), key=lambda pair: -float(pair[1].value["at"]))[:NEWEST]
    fields = ("text", "source", "why", "at")
    return [{name: key[1]} | {field: item.value.get(field, "") for field in fields} for key, item in found]


def _item(draft: Draft, item: Started, event: EventState, now: float) -> dict[str, Any]:
    known, meant = state(draft, item), item.enabled and (not item.events or event.event in item.events)
    spent = item.only_once and known["n"]
    coming = [at for trigger in item.triggers if (at := schedule.next_after(item, trigger, event, now)) is not None]
    kinds = {trigger.kind for trigger in item.triggers}
    return {
        "key": item.key,
        "kind": item.kind,
        "id": item.id,
        "mode": item.mode,
        "enabled": meant,
        "started": known["n"],
        "last": known["last"],
        "next": min(coming, default=None) if meant and not spent else None,
        "needs": "manual" if not kinds else "clock" if kinds <= set(CLOCK) else "other",
    }
