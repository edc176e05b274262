"""The made-up audience: a pure function of seed, length and mix."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from bot.rehearsal.audience import OFFENCES_BEFORE_SILENCE, Mix, plan
from bot.rehearsal.audience_acts import Turn
from bot.rehearsal.audience_disguise import WAYS, disguised
from bot.rehearsal.audience_people import SHARES, make_people
from bot.rehearsal.audience_votes import TURNOUT, ballots
from bot.rehearsal.script import DEFAULT_LENGTH, PHASES, phase_at


def test_the_same_seed_makes_the_same_show_and_another_seed_another() -> None:
    assert plan(3, 600.0) == plan(3, 600.0)
    assert plan(3).lines != plan(4).lines


@pytest.mark.parametrize("seed", range(5))
def test_a_default_show_has_everything_in_it(seed: int) -> None:
    show = plan(seed)
    kinds = Counter(line.kind for line in show.lines)
    assert {"small_talk", "question", "swearing", "scam", "raid", "flood", "repeating", "cheer"} <= set(kinds)
    assert 120 <= len(show.lines) <= 350
    assert [act.at for act in show.acts] == sorted(act.at for act in show.acts)
    assert all(0 <= act.at <= DEFAULT_LENGTH + 30 for act in show.acts)
    assert [act.status for act in show.acts if isinstance(act, Turn) and act.status] == ["idle", "live", "done"]


def test_a_longer_show_is_longer_and_a_busier_one_busier() -> None:
    assert 6 < len(plan(1, 1200.0).lines) / len(plan(1, 120.0).lines) < 14
    assert len(plan(1, mix=Mix(busy=4.0)).lines) > 2 * len(plan(1).lines)


def test_without_bursts_only_ordinary_lines_are_left() -> None:
    calm = plan(1, mix=Mix(floods=0, parrots=0, scams=0, raids=0))
    assert not {line.kind for line in calm.lines} & {"flood", "repeating", "scam", "raid"}


def test_a_raid_is_twenty_lines_of_ten_new_people_in_eight_seconds() -> None:
    raid = [line for line in plan(2).lines if line.kind == "raid"]
    assert len(raid) == 20
    assert set(Counter(line.person.email for line in raid).values()) == {2}
    assert raid[-1].at - raid[0].at <= 8.0


def test_labels_say_what_must_go_and_what_must_stay() -> None:
    show = plan(5, 1200.0)
    labels = {(line.kind, line.label) for line in show.lines}
    assert ("swearing", "bad") in labels
    assert ("small_talk", "fine") in labels
    assert not {label for kind, label in labels if kind in ("mild", "shouting", "flood")} - {""}


def test_people_who_may_have_been_muted_say_nothing_that_counts_as_fine() -> None:
    offences: Counter[str] = Counter()
    for line in plan(6, 1200.0).lines:
        if offences[line.person.email] >= OFFENCES_BEFORE_SILENCE:
            assert line.label != "fine"
        if line.label != "fine":
            offences[line.person.email] += 1


def test_every_address_is_reserved_for_examples_and_stands_for_one_person() -> None:
    addresses = {line.person.email: line.person for line in plan(7, 1200.0).lines}
    assert all(address.endswith("example.test") and address.isascii() for address in addresses)
    assert len({(person.name, person.email) for person in addresses.values()}) == len(addresses)


def test_a_small_audience_has_every_temper() -> None:
    assert {person.temper for person in make_people(Random(1), len(SHARES))} == set(SHARES)


@pytest.mark.parametrize("way", sorted(WAYS))
def test_each_disguise_changes_the_word_and_keeps_something_of_it(way: str) -> None:
    changed = WAYS[way]("motherbastiche", Random(2))
    assert changed != "motherbastiche"
    assert len(changed) >= len("motherbastiche")


def test_a_disguise_that_would_change_nothing_is_not_taken() -> None:
    assert all(disguised("lmn", Random(seed)) != "lmn" for seed in range(50))


def test_phases_cover_the_whole_show() -> None:
    assert [phase.ends for phase in PHASES][:-1] == [phase.begins for phase in PHASES][1:]
    assert [phase_at(at, 100.0).name for at in (0.0, 10.0, 50.0, 70.0, 99.9, 120.0)] == [
        "doors",
        "start",
        "talk",
        "questions",
        "end",
        "end",
    ]


def test_ballots_are_the_same_whenever_the_poll_opens() -> None:
    people = plan(1, mix=Mix(people=500)).people
    cast = ballots(1, people, "Tea?", ["yes", "no", "maybe"])
    assert cast == ballots(1, people, "Tea?", ["yes", "no", "maybe"])
    assert cast != ballots(1, people, "Coffee?", ["yes", "no", "maybe"])
    assert abs(len(cast) / 500 - TURNOUT) < 0.08
    assert {ballot.option for ballot in cast} == {0, 1, 2}
    assert max(ballot.after for ballot in cast) <= 20.0
    assert len({ballot.person.email for ballot in cast}) == len(cast)
