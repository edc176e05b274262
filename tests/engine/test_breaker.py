"""A rule that takes too much goes to suggest, loudly; raids of newcomers and limits are other things."""

from __future__ import annotations

from typing import Any

from bot.domain.actions import SendAlert
from bot.domain.history import Remembered
from tests.engine.making import HIDE, Rules, World


def talk(world: World, hits: int, others: int, **more: Any) -> list[str]:
    outcomes: list[str] = []
    for n in range(hits + others):
        text = "heck" if n % (hits + others) * hits // (hits + others) != (n + 1) * hits // (hits + others) else "hello"
        outcomes.append(world.say(f"{text}", by=f"p{n % 40}", **more).outcome)
    return outcomes


def test_it_trips_above_a_fifth_and_fifty_hits() -> None:
    world = World(Rules().word("greedy", "heck").done())
    outcomes = talk(world, 60, 100, trust="regular")
    assert outcomes.count("hide") == 49
    alerts = [entry.action for done in world.steps for entry in done.entries if isinstance(entry.action, SendAlert)]
    assert len(alerts) == 1
    assert "greedy was put to suggest" in alerts[0].text
    assert alerts[0].urgent
    decision = world.say("heck", trust="regular")
    assert (decision.outcome, [verdict.rule for verdict in decision.suggested]) == ("none", ["greedy"])
    world.person("set_rule", "greedy", mode="act")
    assert world.say("heck", trust="regular").outcome == "hide"


def test_it_does_not_trip_below_a_fifth_or_for_newcomers_or_in_a_raid() -> None:
    rules = Rules().word("fine", "heck").done()
    assert talk(World(rules), 60, 260, trust="regular").count("hide") == 60
    assert talk(World(rules), 120, 0, trust="new").count("hide") == 120
    raid = Rules().word("fine", "heck", do=[HIDE, {"raid_mode": {"for": 1e6}}]).done()
    assert talk(World(raid), 120, 0, trust="regular").count("hide") == 120
    off = Rules().word("fine", "heck", breaker=False).done()
    assert talk(World(off), 120, 0, trust="regular").count("hide") == 120


def test_a_mistaken_rule_is_found_also_where_most_are_new() -> None:
    world = World(Rules().word("greedy", "heck").done())
    outcomes = [
        world.say("heck" if n % 3 else "hello", by=f"p{n}", trust="regular" if n % 5 == 0 else "new").outcome for n in range(200)
    ]
    assert 49 <= outcomes.count("hide") < 90


def test_a_raid_of_newcomers_among_whom_some_known_ones_swear_does_not_trip_it() -> None:
    world = World(Rules().word("fine", "heck").done())
    for n in range(600):
        known = n % 5 == 0
        says = "heck" if not known or n % 30 == 0 else "hello"  # every known author's sixth line, every line of the others
        assert (world.say(says, by=f"p{n}", trust="regular" if known else "new").outcome == "hide") is (says == "heck")


def test_a_mistaken_rule_is_found_in_the_first_minutes_when_all_are_new() -> None:
    world = World(Rules().word("greedy", "heck").done())
    outcomes = [world.say("heck" if n % 2 else "hello", by=f"p{n % 31}", after=0.5).outcome for n in range(300)]
    assert 49 <= outcomes.count("hide") <= 100
    assert outcomes[-50:].count("hide") == 0


def test_a_raid_in_the_first_minutes_does_not_trip_it() -> None:
    world = World(Rules().word("fine", "heck").done())
    for n in range(600):
        raider = n % 4 != 0
        says = f"heck {n}" if raider else "hello"
        assert (world.say(says, by=f"raider{n % 90}" if raider else f"p{n % 25}", after=0.2).outcome == "hide") is raider


def test_old_hits_leave_the_window() -> None:
    world = World(Rules().word("fine", "heck").done())
    talk(world, 49, 0, trust="regular")
    talk(world, 0, 500, trust="regular")
    assert talk(world, 49, 0, trust="regular").count("hide") == 49


def test_memory_of_an_older_version_is_understood() -> None:
    world = World(Rules().word("greedy", "heck").done())
    world.history.apply({("pace",): Remembered([10, 1, world.now, 0.5])})
    world.say("heck", trust="regular")
    assert world.history.get("pace")[0] == 11


def test_two_reversals_in_five_minutes_trip_it() -> None:
    world = World(Rules().word("greedy", "heck").done())
    world.say("heck one")
    world.say("heck two")
    world.on_platform("m1", "hidden", "public")
    assert world.say("heck three").outcome == "hide"
    done = world.on_platform("m2", "hidden", "public")
    assert "greedy was put to suggest" in done.decisions[0].note
    assert world.say("heck four").outcome == "none"


def test_two_reversals_far_apart_do_not() -> None:
    world = World(Rules().word("greedy", "heck").done())
    for n in range(3):
        world.say(f"heck {'x' * n}", ref=f"r{n}", after=400)
        world.on_platform(f"r{n}", "hidden", "public")
    assert world.say("heck on", by="bo").outcome == "hide"


def test_a_limit_of_its_own_lets_so_many_through_and_suggests_the_rest() -> None:
    world = World(Rules().word("limited", "heck", limit=(2, 60.0)).done())
    assert [world.say("heck").outcome for _ in range(4)] == ["hide", "hide", "none", "none"]
    assert "over its limit" in world.say("heck").note
    assert world.say("heck", after=60).outcome == "hide"
