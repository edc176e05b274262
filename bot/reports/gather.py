"""Reads an event's past page by page and turns it into rows, batch by batch; what is small enough is kept for page and summary.

A page is 300 messages, so a report of a hundred thousand takes little more memory than one of a thousand. Each page is worked on in
a thread: a daemon that writes a report goes on judging. Nothing here asks the clock, and the same store gives the same rows.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.domain.signals import EventState
from bot.ports import Outage, ReportDecision, ReportMessage, ReportStore, Sample, StreamRecord
from bot.reports.activity import Activity, attendee_rows, minute_rows, moment, offered
from bot.reports.acts import Acts
from bot.reports.asked import Asked
from bot.reports.names import Naming, Policy
from bot.reports.score import Opportunity
from bot.reports.streams import stream_rows
from bot.reports.tables import TABLES, Row
from bot.reports.votes import Held, held, quiz_rows, result_rows, right_answers, vote_rows

PAGE = 300
Batch = tuple[str, Sequence[Row]]
_QUESTION = {column.name: place for place, column in enumerate(TABLES["questions"].columns)}


@dataclass(slots=True)
class Gathered:
    """What is known once all has been read."""

    event: EventState
    naming: Naming
    activity: Activity
    acts: Acts
    polls: list[Held] = field(default_factory=list)
    """Without their votes."""
    votes: int = 0
    samples: Sequence[Sample] = ()
    outages: Sequence[Outage] = ()
    streams: Sequence[StreamRecord] = ()
    quizzes: Mapping[str, Any] = field(default_factory=dict)
    """Those that were played to the end."""
    players: int = 0
    offered: Opportunity = field(default_factory=Opportunity)


class Gather:
    """`await begin(…)`, then all of `batches`, then `gathered` is whole."""

    def __init__(self, store: ReportStore, channel: str, event: EventState, naming: Naming, asked: Asked, acts: Acts) -> None:
        self._store = store
        self._channel = channel
        self._event = event.event
        self._naming = naming
        self._asked = asked
        self._hush = naming.policy == "aggregate"
        self.gathered = Gathered(event, naming, Activity(), acts)

    @classmethod
    async def begin(cls, store: ReportStore, channel: str, event: EventState, policy: Policy, secret: str) -> Gather:
        """What must be known before the first row is written: who is who, and what was taken back."""
        people = await _people(store, channel, event.event) if policy != "named" else ()
        naming = await asyncio.to_thread(Naming, policy, secret, people)
        questions = await store.report_remembered(channel, event.event, "question")
        undone = await store.report_undone(channel, event.event)
        turned = await store.report_reversed(channel, event.event)
        return cls(store, channel, event, naming, Asked(questions.values(), naming), Acts(naming, undone, turned))

    async def batches(self) -> AsyncIterator[Batch]:
        """Every row of every table but the summary."""
        async for batch in self._messages():
            yield batch
        async for batch in self._polls():
            yield batch
        async for batch in self._quizzes():
            yield batch
        async for rows in self._acts():
            yield "actions", rows
        told = self.gathered
        told.samples = await self._store.report_audience(self._channel, self._event)
        told.outages = await self._store.report_outages(self._channel, self._event)
        told.streams = await self._store.streams_of(self._channel, self._event)
        yield "streams", stream_rows(told.streams)
        polls = sum(poll.was_held and not poll.is_quiz for poll in told.polls)
        told.offered = offered(told.activity, polls, _most(told))
        if not self._hush:
            yield "attendees", await asyncio.to_thread(attendee_rows, told.activity, told.offered, self._naming)
        yield "timeseries", list(minute_rows(told.activity, told.samples, self._naming.group))

    async def _messages(self) -> AsyncIterator[Batch]:
        after = 0
        while page := await self._store.report_messages(self._channel, self._event, after, PAGE):
            after = page[-1].seq
            lines, questions = await asyncio.to_thread(self._read, page)
            if not self._hush:
                yield "chat", lines
                yield "questions", questions

    def _read(self, page: Sequence[ReportMessage]) -> tuple[list[Row], list[Row]]:
        lines: list[Row] = []
        questions: list[Row] = []
        for row in page:
            self.gathered.activity.message(row)
            if row.message.surface == "chat":
                lines.append(_line(row, self._naming))
            asked = self._asked.row(row)
            if asked is not None:
                self.gathered.activity.question(asked, row.message.author.key, _QUESTION)
                questions.append(asked)
        return lines, questions

    async def _polls(self) -> AsyncIterator[Batch]:
        records = await self._store.report_remembered(self._channel, self._event, "poll")
        quizzes = await self._store.report_remembered(self._channel, self._event, "quiz")
        right = right_answers(quizzes.values())
        counts = {_run_of(key): key for key in await self._store.report_counts(self._channel, self._event)}
        for record in sorted(records.values(), key=lambda one: (one["asked"], one["id"], one["run"])):
            name = f"{record['id']}#{record['run']}"
            result = await self._store.report_count(self._channel, counts[name]) if name in counts else {}
            poll = held(name, record, result.get("votes") if record.get("results") else None)
            await asyncio.to_thread(self._count_votes, poll)
            if poll.votes and not self._hush:
                yield "polls", await asyncio.to_thread(vote_rows, poll, self._naming)
            yield "poll_results", await asyncio.to_thread(result_rows, poll, self._naming, right(name))
            self.gathered.polls.append(Held(name, record, None))

    def _count_votes(self, poll: Held) -> None:
        told = self.gathered
        if not poll.is_quiz:
            told.votes += int(poll.results.get("voters") or 0)
        for vote in poll.votes or ():
            counted = poll.name if poll.was_held and not poll.is_quiz and vote.option is not None else ""
            told.activity.vote(vote.person, vote.name, vote.email, vote.at, counted)

    async def _quizzes(self) -> AsyncIterator[Batch]:
        records = await self._store.report_remembered(self._channel, self._event, "quiz")
        told = self.gathered
        told.quizzes = {f"{one['id']}#{one['run']}": one for one in records.values() if one["state"] == "finished"}
        players = set()
        for name, record in told.quizzes.items():
            for person, shown, points, _most, right, _answered in record["scores"] or ():
                told.activity.played(person, shown, points, right)
                players.add(person)
            if not self._hush:
                yield "quiz", quiz_rows(name, record, self._naming)
        told.players = len(players)

    async def _acts(self) -> AsyncIterator[list[Row]]:
        """Those of decisions and those of engagement, in the order of their times."""
        decided, engaged = self._decided(), self._engaged()
        left, right = await anext(decided, None), await anext(engaged, None)
        rows: list[Row] = []
        while left is not None or right is not None:
            if right is None or (left is not None and _time(left) <= _time(right)):
                rows += [] if self._hush else [left] if left is not None else []
                left = await anext(decided, None)
            else:
                rows.append(right)
                right = await anext(engaged, None)
            if len(rows) >= PAGE:
                yield rows
                rows = []
        yield rows

    async def _decided(self) -> AsyncIterator[Row]:
        after = 0
        while page := await self._store.report_decisions(self._channel, self._event, after, PAGE):
            after = page[-1].seq
            for row in await asyncio.to_thread(self._of_decisions, page):
                yield row

    def _of_decisions(self, page: Sequence[ReportDecision]) -> list[Row]:
        rows: list[Row] = []
        for one in page:
            self.gathered.activity.acted(one.decision.at)
            rows += self.gathered.acts.of_decision(one)
        return rows

    async def _engaged(self) -> AsyncIterator[Row]:
        after = 0
        while page := await self._store.report_acts(self._channel, self._event, after, PAGE):
            after = page[-1].seq
            for act in page:
                for row in self.gathered.acts.of_engagement(act):
                    self.gathered.activity.acted(act.created)
                    yield row


async def _people(store: ReportStore, channel: str, event: str) -> set[tuple[str, str]]:
    """Everybody whose name could stand in a text."""
    found = set(await store.report_people(channel, event))
    for key in await store.report_counts(channel, event):
        votes = (await store.report_count(channel, key)).get("votes", ())
        found |= {(str(name or ""), str(email or "")) for _entry, _index, email, name, _at in votes}
    for record in (await store.report_remembered(channel, event, "quiz")).values():
        found |= {(str(score[1]), str(score[0]).partition(":")[2]) for score in record.get("scores") or ()}
    return found


def _run_of(key: str) -> str:
    """`poll:role:1:count2@event` → `role#1`; the newest count of a run stands last."""
    parts = key.partition("@")[0].split(":")
    return f"{parts[1]}#{parts[2]}" if len(parts) > 2 else key


def _most(told: Gathered) -> float:
    """Points that could be had in quizzes that were played to the end."""
    known = {poll.name: poll for poll in told.polls}
    return float(
        sum(
            question.get("points", 1)
            for record in told.quizzes.values()
            for question, name in zip(record["questions"], record["polls"], strict=False)
            if name in known and known[name].was_held and known[name].results.get("index_base") is not None
        )
    )


def _line(row: ReportMessage, naming: Naming) -> Row:
    message = row.message
    who = naming.person(message.author.name, message.author.email)
    at = moment(message)
    return (
        message.ref,
        at,
        "" if message.own else who.id,
        message.author.name if message.own else who.name,
        naming.text(message.text),
        "yes" if message.own else "",
        "deleted" if message.deleted else message.status,
        row.outcome,
        ", ".join(row.rules),
        naming.staff(row.who) if row.outcome not in ("", "none") else "",
        None if row.hidden_at is None else round(max(0.0, row.hidden_at - at), 3),
    )


def _time(row: Row) -> float:
    at = row[0]
    return at if isinstance(at, float) else 0.0
