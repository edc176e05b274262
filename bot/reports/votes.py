"""Polls in the report: a row for each counted vote, a row for each option, and whether the two agree. Pure.

Everything is worked out from the votes that were kept with the last count, and then compared with what was posted: the report does
not repeat a number, it recounts it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.ids import author_key
from bot.reports.names import SMALLEST, Naming
from bot.reports.tables import Row

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Vote:
    """A counted entry. `option` counts from 0; None points at no option."""

    entry: int | None
    index: int | None
    email: str
    name: str
    at: float | None
    option: int | None

    @property
    def person(self) -> str:
        """Identity; each vote without name and e-mail is one of its own."""
        key = author_key(self.name, self.email)
        return key if key != "name:" else f"entry:{self.entry}"


@dataclass(frozen=True, slots=True)
class Held:
    """One run of a poll with its votes; `votes` None: they were not kept."""

    name: str
    record: Record
    votes: tuple[Vote, ...] | None

    @property
    def results(self) -> Mapping[str, Any]:
        """What was counted."""
        return self.record.get("results") or {}

    @property
    def is_quiz(self) -> bool:
        """A question of a quiz?"""
        return self.record.get("type") == "quiz_question"

    @property
    def was_held(self) -> bool:
        """Open, closed and counted."""
        return self.record.get("state") in ("closed", "archived") and bool(self.results)

    @property
    def voters(self) -> set[str]:
        """People who voted for an option."""
        return {vote.person for vote in self.votes or () if vote.option is not None and not vote.person.startswith("entry:")}


def held(name: str, record: Record, rows: Sequence[Sequence[Any]] | None) -> Held:
    """`rows` as CountPoll keeps them: [entry id, index, email, name, seconds]."""
    base = (record.get("results") or {}).get("index_base") or 0
    size = len(record.get("options") or ())
    votes = None if rows is None else tuple(_vote(row, base, size) for row in rows)
    return Held(name, record, votes)


def _vote(row: Sequence[Any], base: int, size: int) -> Vote:
    entry, index, email, name, at = row
    option = index - base if isinstance(index, int) and 0 <= index - base < size else None
    return Vote(entry, index, str(email or ""), str(name or ""), at, option)


def last_votes(votes: Iterable[Vote]) -> dict[str, Vote]:
    """The last vote of each person, as the count saw it: by e-mail; a vote without one is a person of its own."""
    found: dict[str, Vote] = {}
    for vote in sorted(votes, key=lambda one: (one.at or 0.0, one.entry or 0)):
        found[f"email:{vote.email.casefold()}" if vote.email else f"entry:{vote.entry}:{vote.at}:{vote.name}"] = vote
    return found


def digest(lines: Iterable[tuple[object, object, str]]) -> str:
    """SHA-256 over the sorted lines `entry|index|person`, joined by line feeds; what is missing is written None."""
    text = "\n".join(sorted("|".join(str(part) for part in line) for line in lines))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def recount(poll: Held) -> str:
    """Do the kept votes give the numbers and the digest of the count?"""
    if poll.votes is None or not poll.results:
        return "unknown"
    same = _counts(poll.votes, len(poll.record["options"])) == list(poll.results["counts"])
    kept = digest((vote.entry, vote.index, vote.email.casefold()) for vote in poll.votes)
    forgotten = any(vote.email.startswith("gone-") for vote in poll.votes)  # the digest was of the people as they were
    return "agrees" if same and (forgotten or kept == poll.results.get("digest")) else "differs"


def _counts(votes: Iterable[Vote], size: int) -> list[int]:
    counts = [0] * size
    for vote in votes:
        if vote.option is not None:
            counts[vote.option] += 1
    return counts


def vote_rows(poll: Held, naming: Naming) -> list[Row]:
    """Of `polls`."""
    votes = poll.votes or ()
    last = set(map(id, last_votes(votes).values()))
    return [_vote_row(poll, vote, naming, "yes" if id(vote) in last else "no") for vote in votes]


def _vote_row(poll: Held, vote: Vote, naming: Naming, last: str) -> Row:
    who = naming.person(vote.name, vote.email)
    option = None if vote.option is None else str(poll.record["options"][vote.option])
    number = None if vote.option is None else vote.option + 1
    return (poll.name, vote.entry, vote.index, who.id, who.name, number, option, vote.at, last)


def result_rows(poll: Held, naming: Naming, right: Sequence[int] = ()) -> list[Row]:
    """Of `poll_results`: every option, zeroes included."""
    options = [str(option) for option in poll.record.get("options") or ()]
    hush = naming.policy == "aggregate"
    counts = _padded(poll.results.get("counts"), len(options))
    people = _padded(poll.results.get("distinct_counts"), len(options))
    total, persons = _whole(poll.results.get("voters")), _whole(poll.results.get("distinct"))
    shown, shown_people = (suppressed(counts), suppressed(people)) if hush else (counts, people)
    small = hush and None in (*shown, *shown_people)
    common = _common(poll, naming)
    return [
        (
            poll.name,
            poll.record.get("type", "choice"),
            poll.record.get("state", ""),
            poll.record.get("question", ""),
            number + 1,
            option,
            ("yes" if number in right else "no") if poll.is_quiz else "",
            shown[number] if poll.results else None,
            None if shown[number] is None or small or not poll.results else _percent(counts, number),
            shown_people[number] if poll.results else None,
            None if small or not poll.results else total,
            None if small or not poll.results else persons,
            None if small or not poll.results else _whole(poll.results.get("other")),
            *common,
        )
        for number, option in enumerate(options)
    ]


def _common(poll: Held, naming: Naming) -> Row:
    record, results = poll.record, poll.results
    rows = poll.votes is not None and naming.policy != "aggregate"
    ours = digest((v.entry, v.index, naming.person(v.name, v.email).id) for v in poll.votes or ()) if rows else ""
    theirs = str(results.get("digest", "")) if naming.policy == "named" else ""
    times = (record.get("opened"), record.get("closed"))
    return (results.get("index_base"), *times, ours, theirs, recount(poll), naming.text(str(record.get("why") or "")))


def suppressed(counts: Sequence[int]) -> list[int | None]:
    """Groups of 1 to 4 are left out, and so is the next smallest where one alone could be worked out from the others.

    >>> suppressed([12, 3, 0, 7])
    [12, None, 0, None]
    """
    small = {place for place, count in enumerate(counts) if 0 < count < SMALLEST}
    if len(small) == 1:
        others = sorted((count, place) for place, count in enumerate(counts) if place not in small and count)
        small |= {place for _count, place in others[:1]}
    return [None if place in small else count for place, count in enumerate(counts)]


def _percent(counts: Sequence[int], number: int) -> int:
    total = sum(counts)
    return (200 * counts[number] + total) // (2 * total) if total else 0


def _padded(counts: Any, size: int) -> list[int]:
    given = [_whole(one) for one in counts or ()][:size]
    return [*given, *([0] * (size - len(given)))]


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def quiz_rows(name: str, record: Record, naming: Naming) -> list[Row]:
    """Of `quiz`: the leaderboard whole."""
    scores = [tuple(one) for one in record.get("scores") or ()]
    rows: list[Row] = []
    for person, shown, points, most, right, answered in scores:
        who = naming.person(shown, person.removeprefix("email:") if person.startswith("email:") else "")
        place = 1 + sum(other[2] > points for other in scores)
        share = round(100 * points / most, 1) if most else None
        rows.append((name, who.id, who.name, place, round(points, 2), most, right, answered, share))
    return rows


def right_answers(quizzes: Iterable[Record]) -> Callable[[str], Sequence[int]]:
    """Of a quiz's poll by its name."""
    known = {
        poll: question["right"]
        for record in quizzes
        for poll, question in zip(record.get("polls", ()), record.get("questions", ()), strict=False)
    }
    return lambda poll: known.get(poll, ())
