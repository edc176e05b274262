"""An event with everything in it, in a real store: chat, questions, polls, a quiz, acts of rules and people, an outage."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.actions import CountPoll, CreatePoll, PostMessage, SetEvent, SetMessageStatus
from bot.domain.decisions import Decision, Match, Verdict
from bot.domain.history import Remembered
from bot.domain.ids import author_key, text_version
from bot.domain.signals import Author, EventState, Message
from bot.platform_api.beestreamed.tally import Base, tally
from bot.platform_api.beestreamed.values import PollEntry
from bot.ports import FeedCursor, Outage, StreamFigures, StreamRecord
from bot.store import Store
from tests.store.making import BOT, CHANNEL, HandClock, entry

EVENT = "spring"
BEGIN = 1_772_364_600.0  # 2026-03-01 11:30 UTC
FIRST = ["Amina", "Björn", "Chiara", "Dmitri", "Esther", "Fatou", "Goran", "Hanna", "Ivo", "Jiyeon", "Karim", "Lucía"]
LAST = ["Okafor", "Lindqvist", "Rossi", "Volkov", "Adeyemi", "Novak", "Haddad", "Sato", "Moreau", "Petrova", "Quispe", "Weiss"]
LINES = [
    "Good morning from rainy Ghent",
    "The audio is much better now, thanks",
    "Could you show the second slide again",
    "We moved to the new scheduler last year and never looked back",
    "That matches what we see",
    "+1",
    "Is there a recording",
    "Great example",
    "=SUM(A1:A9) is what finance calls a forecast",
    "Where can I find the handout",
]
ASKED = [
    "How long did the migration take in the end?",
    "Does this work without an internet connection?",
    "Which of the two would you choose for a small team?",
    "Will there be a workshop on the new planning board?",
    "How do you test the failover?",
]
OPTIONS = ("Developer", "Product", "Design", "Other")
HOSTILE = [
    "<script>alert(1)</script>",
    "abc\u202ecba",
    "=cmd|' /C calc'!A0",
    'Bo "the, quoted"\nnewline',
    "Z\u0301\u0302\u0303\u0304\u0305\u0306algo",
]


@dataclass(frozen=True, slots=True)
class Who:
    name: str
    email: str


def crowd(size: int) -> list[Who]:
    """Invented people; the first of them have hostile names, one has no address."""
    plain = [Who(f"{FIRST[n % 12]} {LAST[(n // 12 + n) % 12]}", f"guest{n}@example.test") for n in range(size)]
    bad = [Who(name, f"odd{n}@example.test") for n, name in enumerate(HOSTILE)]
    return [*bad[: max(0, size - 1)], Who("No Address", ""), *plain][:size] if size > len(bad) + 1 else plain


class Making:
    """Fills a store as the daemon would."""

    def __init__(self, store: Store, clock: HandClock, seed: int = 1, people: int = 60) -> None:
        self.store = store
        self.clock = clock
        self.random = random.Random(seed)
        self.people = crowd(people)
        self.n = 0

    async def event(self, **more: Any) -> None:
        self.clock.time = BEGIN
        usual: dict[str, Any] = {"title": "Spring Product Day", "status": "done", "zone": "Europe/Brussels", "live_since": BEGIN}
        state = EventState(EVENT, **(usual | more))
        await self.store.save_event(CHANNEL, state, BEGIN)
        await self.store.keep_alive(CHANNEL, BEGIN, lambda: "fake-report-secret")

    async def chat(self, lines: int, minutes: float = 90.0) -> None:
        """Lines of everybody; about one in twelve is hidden by a rule, some of those are shown again by a person."""
        for batch in range(0, lines, 500):
            rows = [self._line(number, lines, minutes) for number in range(batch, min(lines, batch + 500))]
            self.clock.time = max(row.read for row in rows)
            await self.store.save_page(CHANNEL, FeedCursor(EVENT, "chat", {}), rows, self.clock.time, BOT)
            await self._judge(rows)

    def _line(self, number: int, lines: int, minutes: float) -> Message:
        who, at = self.random.choice(self.people), BEGIN + 60 * minutes * number / lines
        text = f"{self.random.choice(LINES)} {number}" if self.random.random() > 0.08 else f"heck off, {who.name}, mail {who.email}"
        return Message(EVENT, f"c{number}", "chat", text, Author(who.name, who.email), "public", number, at, at + 0.4, at)

    async def _judge(self, rows: Sequence[Message]) -> None:
        decisions, entries = [], []
        for row in rows:
            hide = row.text.startswith("heck")
            decision = f"{row.ref}:{text_version(row.text)}"
            verdicts: tuple[Verdict, ...] = ()
            if hide:
                seen = (Match("swearing", "heck", (0, 4)),)
                verdicts = (Verdict("swearing", "act", ({"hide": True},), seen, (), "profanity", 4),)
                action = SetMessageStatus(row.ref, "chat", "hidden", "public")
                more = {"cause": "rule:swearing", "decision": decision, "created": row.read}
                entries.append(entry(f"hide:{row.ref}", action, event=EVENT, **more))
            decisions.append(
                Decision(
                    decision,
                    EVENT,
                    row.ref,
                    "hide" if hide else "none",
                    row.read,
                    "sha",
                    actions=("hide",) if hide else (),
                    verdicts=verdicts,
                )
            )
        await self.step(decisions=decisions, entries=entries)
        for one in entries:
            self.clock.time = one.created + self.random.random() * 0.9
            assert await self.store.claim(CHANNEL, one.key, self.clock.time)
            await self.store.settle(CHANNEL, one.key, "done", at=self.clock.time)
        back = [one for one in decisions if one.outcome == "hide"][::6]
        await self.step(decisions=[self._undo(one) for one in back])

    def _undo(self, one: Decision) -> Decision:
        self.n += 1
        return Decision(f"act-{self.n}", EVENT, one.ref, "none", one.at + 20, "sha", "person:anna", ("undo",), undoes=one.id)

    async def questions(self) -> None:
        rows, records = [], {}
        for number, text in enumerate(ASKED, 1):
            who, at = self.random.choice(self.people), BEGIN + 600.0 * number
            rows.append(Message(EVENT, f"q{number}", "qa", text, Author(who.name, who.email), "approved", number, at, at + 0.5, at))
            state = ["answered", "answered", "duplicate", "queued", "declined"][number - 1]
            answered = at + 200.0 * number if state == "answered" else None
            lead = 2 if state == "duplicate" else None
            record = {"n": number, "ref": f"q{number}", "surface": "qa", "text": text, "name": who.name, "at": at, "state": state}
            record |= {"author": author_key(who.name, who.email), "status": "approved", "lead": lead, "answered": answered}
            records["question", f"q{number}"] = Remembered(record)
        await self.store.save_page(CHANNEL, FeedCursor(EVENT, "qa", {}), rows, self.clock.time, BOT)
        await self.step(history=records)

    async def poll(
        self, name: str, votes: Sequence[tuple[int, Who]], options: Sequence[str] = OPTIONS, base: Base = 0, **more: Any
    ) -> dict[str, Any]:
        """A poll that was held: counted by the platform's own code, posted, remembered. `votes` are (option from 0, who)."""
        at = BEGIN + 900.0
        cast = [PollEntry(7 + n, option + base, who.email, who.name, at + n * 0.1) for n, (option, who) in enumerate(votes)]
        quiz = more.get("type") == "quiz_question"
        counted = tally(cast, len(options), base if votes else None, ballots=quiz, votes=True)
        key, common = f"poll:{name}:1:count1@{EVENT}", {"event": EVENT, "cause": f"poll:{name}", "created": at}
        acts = [
            entry(f"poll:{name}:1:create@{EVENT}", CreatePoll(f"What is {name}?", tuple(options)), **common),
            entry(key, CountPoll(name, tuple(options), votes=True), **common),
            entry(f"say:poll.{name}:1@{EVENT}", PostMessage(f"Result of {name}"), **common),
        ]
        results = {part: value for part, value in counted.items() if part != "votes"}
        record = {"id": name, "run": 1, "cause": f"poll:{name}", "type": "choice", "state": "closed", "results": results, "why": ""}
        record |= {"question": f"What describes you best, {name}?", "options": list(options), "remote": name}
        record |= {"asked": at, "opened": at, "closed": at + 90} | more
        await self.step(entries=acts, history={("poll", f"{name}#1"): Remembered(record)})
        for act in acts:
            assert await self.store.claim(CHANNEL, act.key, self.clock.time)
            await self.store.settle(CHANNEL, act.key, "done", at=self.clock.time, result=counted if act.key == key else None)
        return counted

    async def quiz(self, players: Sequence[Who]) -> None:
        await self.poll("recap.q1", [(n % 3, who) for n, who in enumerate(players)], ("80", "443", "8080"), type="quiz_question")
        scores = [
            [author_key(who.name, who.email), who.name, float(n % 3 == 1), 1, int(n % 3 == 1), 1] for n, who in enumerate(players)
        ]
        asked = {"id": "q1", "question": "Which port?", "options": ["80", "443", "8080"], "points": 1, "right": [1]}
        record = {
            "id": "recap",
            "run": 1,
            "state": "finished",
            "polls": ["recap.q1#1"],
            "scoring": "accuracy",
            "questions": [asked],
        }
        record["scores"] = sorted(scores, key=lambda one: -float(str(one[2])))
        await self.step(history={("quiz", "recap#1"): Remembered(record)})

    async def audience(self, minutes: int = 90) -> None:
        for minute in range(minutes):
            viewers = int(140 * min(1, minute / 12) * (1 if minute < 75 else 0.7)) + self.random.randrange(12)
            await self.store.note_audience(CHANNEL, EVENT, BEGIN + minute * 60, viewers=viewers, signups=300 + minute)

    async def trouble(self) -> None:
        await self.store.begin_outage(CHANNEL, EVENT, Outage("reading chat", BEGIN + 1800, BEGIN + 1842, "HTTP 503"))
        doors = entry(f"cue:doors:1:0@{EVENT}", SetEvent({"chat": True}), event=EVENT, cause="cue:doors", created=BEGIN)
        await self.step(entries=[doors])

    async def streaming(self) -> None:
        figures = StreamFigures(runs=2, ingest_seconds=5340.0, viewer_seconds=612_000.0, note="counted late")
        record = StreamRecord(EVENT, "main", "realtimekit", "off", "", None, BEGIN + 5, BEGIN + 5400, None, 1, 42.0, figures)
        await self.store.keep_stream(CHANNEL, record, BEGIN + 5400)

    async def step(self, **what: Any) -> None:
        full = {"done": (), "decisions": (), "entries": (), "cancelled": (), "history": {}, "fired": ()} | what
        await self.store.save_step(CHANNEL, EVENT, **full)

    async def everything(self, lines: int = 300) -> None:
        await self.event()
        await self.chat(lines)
        await self.questions()
        weights = [9, 5, 3, 1]
        await self.poll("role", [(self.random.choices(range(4), weights)[0], who) for who in self.people])
        half = [(self.random.choices(range(3), [6, 2, 0])[0], who) for who in self.people[: len(self.people) // 2]]
        await self.poll("pace", half, ("Just right", "Too fast", "Too slow"), base=1)
        await self.quiz(self.people[:30])
        await self.audience()
        await self.trouble()
        await self.streaming()
