"""What a save would change."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.signals import Author, EventState, Message
from bot.engine.foretell import foretell, together
from bot.ruleset.model import Ruleset
from bot.ruleset.parse import parse

STATE = EventState("show", status="live", phase="on_air")
OLD = "rules: [ { id: swearing, if: { word: heck }, do: [ hide ] } ]"


def said(*texts: str, author: str = "ann@example.test") -> list[Message]:
    return [
        Message("show", f"m{n}", "chat", text, Author("Ann", author), "public", created=1000.0 + n, read=1000.0 + n)
        for n, text in enumerate(texts)
    ]


def rules(text: str) -> Ruleset:
    parsed = parse({"rules.yaml": text}, {}, {})
    assert parsed.ruleset is not None, parsed.problems
    return parsed.ruleset


def test_more_and_fewer_with_the_rules_that_take() -> None:
    new = rules("rules: [ { id: greetings, if: { word: hello }, do: [ hide ] } ]")
    found = foretell(said("hello", "oh heck", "fine"), rules(OLD), new, STATE)
    assert [(one.message.text, one.rules) for one in found.more] == [("hello", ("greetings",))]
    assert [one.message.text for one in found.fewer] == ["oh heck"]
    assert found.text == "of the last 3 messages it takes away 1 more (Ann) and 1 fewer"
    assert found.json["rules"] == {"greetings": 1}
    assert found.too_much == ()


def test_over_two_percent_is_too_much_and_three_never_are() -> None:
    new = rules(OLD[:-1] + ", { id: x, if: { word: x }, do: [ hide ] } ]")
    few = foretell(said(*["fine"] * 50, "x", "x", "x"), rules(OLD), new, STATE)
    assert (len(few.more), few.too_much) == (3, ())
    many = foretell(said(*["fine"] * 150, *["x"] * 4), rules(OLD), new, STATE)
    assert (len(many.more), many.too_much) == (4, ("x",))
    rare = foretell(said(*["fine"] * 250, *["x"] * 4), rules(OLD), new, STATE)
    assert rare.too_much == ()
    assert together([many, rare]).looked_at == 408


def test_a_trusted_author_is_too_much_by_himself() -> None:
    people = "people: { trusted: ['ann@example.test'] }\n"
    new = rules(people + OLD[:-1] + ", { id: x, if: { word: x }, do: [ hold ] } ]")
    assert foretell(said("x"), rules(people + OLD), new, STATE).too_much == ("x",)
    assert foretell(said("x", author="bo@example.test"), rules(people + OLD), new, STATE).too_much == ()


def test_both_sides_remember_for_themselves() -> None:
    old = "rules: [ { id: often, if: { rate: { by: author, over: 3 in 60s } }, do: [ hide ] } ]"
    found = foretell(said("a", "b", "c", "d"), rules(old), rules(old.replace("3 in", "2 in")), STATE)
    assert [one.message.text for one in found.more] == ["b"]
    assert foretell(said("a", "b", "c", "d"), rules(old), rules(old), STATE).changes == ()


def test_timers_ring_between_the_messages() -> None:
    held = "rules: [ { id: wait, if: { word: x }, do: [ { hold: { for: 1s, then: hide } } ] } ]"
    found = foretell([*said("x"), replace(said("y")[0], ref="late", read=2000.0)], rules(OLD), rules(held), STATE)
    assert [one.message.text for one in found.more] == ["x"]
