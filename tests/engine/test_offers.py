"""What a rule in suggest offers waits for a person: done or dropped, one by one or all of a rule."""

from __future__ import annotations

from bot.domain.actions import SetMessageStatus
from bot.engine.offers import waiting
from tests.engine.making import HIDE, Rules, World, strike
from tests.engine.test_breaker import talk


def offering() -> World:
    world = World(Rules().word("gentle", "heck", do=[HIDE, strike()], mode="suggest").word("other", "darn", mode="suggest").done())
    for text in ("heck one", "fine", "heck two", "darn three"):
        world.say(text)
    return world


def hidden(world: World) -> list[str]:
    return [entry.action.ref for entry in world.last.entries if isinstance(entry.action, SetMessageStatus)]


def test_offers_wait_in_their_order() -> None:
    world = offering()
    assert [(offer.ref, offer.rules) for offer in waiting(world.history)] == [
        ("m1", ("gentle",)),
        ("m3", ("gentle",)),
        ("m4", ("other",)),
    ]
    assert [offer.json["text"] for offer in waiting(world.history, "other")] == ["darn three"]


def test_all_offers_of_a_rule_are_done_at_once_and_only_once() -> None:
    world = offering()
    done = world.person("accept_all", "gentle")
    assert hidden(world) == ["m1", "m3"]
    assert [one.outcome for one in done.decisions] == ["none", "hide", "hide"]
    assert sum(one[1] for one in world.history.get("strikes", "email:ann@example.test")) == 2
    assert [offer.ref for offer in waiting(world.history)] == ["m4"]
    again = world.person("accept_all", "gentle")
    assert again.entries == ()
    assert "no open offers" in again.decisions[0].note


def test_what_was_done_so_can_be_undone() -> None:
    world = offering()
    done = world.person("accept_all", "gentle")
    undone = world.person("undo", done.decisions[1].id, facts=done.decisions[1].facts, ref="m1")
    assert [entry.action.status for entry in undone.entries if isinstance(entry.action, SetMessageStatus)] == ["public"]
    assert sum(one[1] for one in world.history.get("strikes", "email:ann@example.test")) == 1


def test_offers_can_be_dropped() -> None:
    world = offering()
    first = next(iter(waiting(world.history)))
    assert world.person("dismiss", first.decision).entries == ()
    assert [offer.ref for offer in waiting(world.history)] == ["m3", "m4"]
    assert "nothing to accept" in world.person("accept", first.decision).decisions[0].note
    assert world.person("dismiss_all", "gentle").entries == ()
    assert [offer.ref for offer in waiting(world.history)] == ["m4"]


def test_a_message_that_a_person_decided_about_offers_nothing_any_more() -> None:
    world = offering()
    world.person("show", "m1")
    assert [offer.ref for offer in waiting(world.history, "gentle")] == ["m3"]
    world.person("accept_all", "gentle")
    assert hidden(world) == ["m3"]


def test_offers_that_the_engine_forgot_come_with_the_act() -> None:
    world = offering()
    decision = world.steps[0].decisions[0]
    world.history.forget_before(world.now + 1e6)
    offers = [{"id": decision.id, "ref": "m1", "status": "public", "facts": decision.facts}]
    world.person("accept_all", "gentle", offers=offers)
    assert hidden(world) == ["m1"]


def test_what_a_tripped_rule_would_have_done_waits_and_can_be_done() -> None:
    world = World(Rules().word("greedy", "heck").done())
    talk(world, 60, 100, trust="regular")
    offers = list(waiting(world.history, "greedy"))
    assert len(offers) == 60 - 49
    world.person("accept_all", "greedy")
    assert sorted(hidden(world)) == sorted(offer.ref for offer in offers)
