"""A made-up audience: who writes what, and when. A pure function of seed, length and mix: the same three make the same show.

Ordinary lines arrive by chance at the rates of the script; beside them come bursts: cheering, a flood, a parrot, scammers, a raid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random

from bot.rehearsal import audience_lines as lines
from bot.rehearsal.audience_acts import Act, Label, Person, Plan, Say, Temper
from bot.rehearsal.audience_people import make_people, stranger
from bot.rehearsal.script import DEFAULT_LENGTH, PHASES, Phase, running_order

OFFENCES_BEFORE_SILENCE = 3
"""From so many strikes on, rule files usually mute a person: whether their harmless lines stay is a matter of settings."""

Line = tuple[Callable[[Random], str], Label, str]
_TALK: Line = (lines.small_talk, "fine", "small_talk")
_LINES: dict[Temper, tuple[tuple[float, Line], ...]] = {
    "friendly": ((1.0, _TALK),),
    "quiet": ((1.0, _TALK),),
    "curious": ((1.0, _TALK),),
    "foul": ((0.55, (lines.swearing, "bad", "swearing")), (0.15, (lines.mild, "", "mild")), (0.3, _TALK)),
    "loud": ((0.4, (lines.shouting, "", "shouting")), (0.6, _TALK)),
    "parrot": ((1.0, _TALK),),
    "flooder": ((1.0, _TALK),),
    "clerk": ((0.5, (lines.command, "fine", "command")), (0.5, _TALK)),
}
_EAGER: dict[Temper, float] = {"friendly": 1.0, "quiet": 0.15, "curious": 0.7, "foul": 1.6, "loud": 0.8, "clerk": 0.7}


@dataclass(frozen=True, slots=True)
class Mix:
    """How many people, how busy (1 = the script's rates for 60 people), and how often each burst comes in two minutes."""

    people: int = 60
    busy: float = 1.0
    floods: int = 1
    parrots: int = 1
    scams: int = 4
    raids: int = 1
    raiders: int = 10


def plan(seed: int, length: float = DEFAULT_LENGTH, mix: Mix | None = None) -> Plan:
    """The whole show."""
    mixed = mix or Mix()
    dice = Random(seed)  # noqa: S311 - a seeded show, no secrets
    people = make_people(dice, mixed.people)
    said = [*_ordinary(dice, people, length, mixed.busy), *_bursts(dice, people, length, mixed)]
    in_order = _judged(sorted(said, key=lambda say: say.at))
    turns = running_order(length, mixed.people)
    acts: list[Act] = sorted([*turns, *in_order], key=lambda act: act.at)
    return Plan(length, tuple(acts), people, seed)


def _ordinary(dice: Random, people: tuple[Person, ...], length: float, busy: float) -> Iterator[Say]:
    eager = [_EAGER.get(person.temper, 0.3) for person in people]
    for phase in PHASES:
        at = phase.begins * length
        rate = phase.rate * busy
        while rate > 0 and (at := at + dice.expovariate(rate)) < phase.ends * length:
            person = dice.choices(people, eager)[0]
            yield _line(dice, at, person, phase)


def _line(dice: Random, at: float, person: Person, phase: Phase) -> Say:
    asks = phase.questions * (2.0 if person.temper == "curious" else 0.6)
    if dice.random() < asks:
        return _question(dice, at, person)
    if phase.name == "end" and person.temper != "foul" and dice.random() < 0.7:
        return Say(at, person, lines.cheer(dice), "chat", "fine", "cheer")
    choices = _LINES[person.temper]
    text, label, kind = dice.choices([line for _, line in choices], [weight for weight, _ in choices])[0]
    return Say(at, person, text(dice), "chat", label, kind)


def _question(dice: Random, at: float, person: Person) -> Say:
    if person.temper == "foul" and dice.random() < 0.5:
        return Say(at, person, f"{lines.swearing(dice)}, why?", "qa", "bad", "swearing")
    return Say(at, person, lines.question(dice), "qa", "fine", "question")


def _bursts(dice: Random, people: tuple[Person, ...], length: float, mix: Mix) -> Iterator[Say]:
    """Each kind so often in two minutes, somewhere in the middle of the show; what lasts, lasts seconds whatever the length."""
    often = length / DEFAULT_LENGTH
    yield from _cheering(dice, people, length)
    for _ in range(_times(dice, mix.floods * often)):
        yield from _flood(dice, _one(dice, people, "flooder"), dice.uniform(0.25, 0.55) * length)
    for _ in range(_times(dice, mix.parrots * often)):
        yield from _parrot(dice, _one(dice, people, "parrot"), dice.uniform(0.2, 0.7) * length)
    for number in range(_times(dice, mix.scams * often)):
        at = dice.uniform(0.1, 0.9) * length
        yield Say(at, stranger(dice, number, "scammer"), lines.scam(dice), "chat", "bad", "scam")
    for number in range(_times(dice, mix.raids * often)):
        yield from _raid(dice, dice.uniform(0.3, 0.8) * length, mix.raiders, number)


def _times(dice: Random, wanted: float) -> int:
    """A whole number that is `wanted` on average."""
    return int(wanted) + (dice.random() < wanted % 1)


def _one(dice: Random, people: tuple[Person, ...], temper: Temper) -> Person:
    fitting = [person for person in people if person.temper == temper]
    return dice.choice(fitting) if fitting else stranger(dice, 9000, temper)


def _cheering(dice: Random, people: tuple[Person, ...], length: float) -> Iterator[Say]:
    """Everybody at once, within three seconds: when it starts and when the talk is over."""
    for moment, share, text in ((0.065, 0.15, lines.greeting), (0.86, 0.35, lines.cheer)):
        for person in dice.sample(people, round(share * len(people))):
            yield Say(moment * length + dice.uniform(0.0, 3.0), person, text(dice), "chat", "fine", "cheer")


def _flood(dice: Random, person: Person, start: float) -> Iterator[Say]:
    for number in range(14):
        yield Say(start + number * 0.45, person, lines.flood_line(dice), "chat", "", "flood")


def _parrot(dice: Random, person: Person, start: float) -> Iterator[Say]:
    text = lines.advertisement(dice)
    for number in range(5):
        yield Say(start + number * dice.uniform(3.0, 6.0), person, text, "chat", "", "repeating")


def _raid(dice: Random, start: float, raiders: int, number: int) -> Iterator[Say]:
    """Fresh accounts, two lines each, all within eight seconds."""
    for raider in range(raiders):
        person = stranger(dice, number * 1000 + raider + 100, "raider")
        for _ in range(2):
            yield Say(start + dice.uniform(0.0, 8.0), person, lines.raid(dice), "chat", "bad", "raid")


def _judged(said: list[Say]) -> Iterator[Say]:
    """Harmless lines of people who have offended often enough to be muted are no longer called fine."""
    offences: Counter[str] = Counter()
    for say in said:
        offender = offences[say.person.email] >= OFFENCES_BEFORE_SILENCE
        if say.label != "fine":
            offences[say.person.email] += 1
        yield replace(say, label="") if offender and say.label == "fine" else say
