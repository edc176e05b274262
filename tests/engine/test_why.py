"""Why and why not, asked later: on the memory of the moment of the message, for every kind of obstacle."""

from __future__ import annotations

import pytest

from bot.engine.retrace import Retrace
from bot.engine.scope import Scope
from bot.engine.situation import Situation
from bot.engine.why import Why, rule_text, same_answer, why
from tests.engine.undoing import Logged, RuleFile


def ask(world: Logged, ref: str, rule: str) -> Why:
    """As the runner does it: the past up to the message, then the message itself."""
    moment = next(one for one in world.past if one.decision is not None and one.decision.ref == ref)
    player = Retrace.of(Scope(), world.history, Situation(world.event), lambda _hash: world.ruleset)
    player.feed([one for one in world.past if one.seq < moment.seq])
    assert moment.signal is not None
    assert moment.signal.kind == "message"
    told = why(moment.signal.message, rule, world.ruleset, player.as_it_was.history, player.situation_at(moment), moment.at)
    assert moment.decision is not None
    assert same_answer(moment.decision, told)
    return told


def one_rule(condition: str, more: str = "", do: str = "hide") -> Logged:
    rules = (
        f"{{ id: r0, if: {condition}, do: [ {do} ]{more} }}",
        "{ id: r1, if: { word: heck }, do: [ { count: heat }, { strike: { n: 1, for: 1h } } ] }",
    )
    return Logged(RuleFile(rules, "").read())


def test_counters_and_strikes_stand_as_they_stood_then() -> None:
    world = one_rule("{ counter: { heat: '>= 2 in 1m' } }")
    for text in ("heck", "heck", "fine", "heck", "heck"):
        world.say(text)
    for _ in range(3):
        world.pass_time(25.0)
    told = ask(world, "m2", "r0")
    assert not told.fired
    assert told.lines == ("its condition did not hold",)
    assert [part.text for part in told.parts if not part.holds][-1] == "counter heat 1 (wanted >= 2 in 1m)"
    assert told.known["strikes"] == 1
    assert told.known["counters"] == {"heat": 1}
    assert ask(world, "m3", "r0").fired


@pytest.mark.parametrize(
    ("condition", "text", "saw"),
    [
        ("{ caps: { share: 80%, min_length: 4 } }", "HELlo", "caps 60 % of 80 %"),
        ("{ caps: { share: 80%, min_length: 40 } }", "HELLO", "caps: 5 characters count, asked from 40 on"),
        ("{ length: '10..20' }", "hello", "length 5 (wanted 10..20)"),
        ("{ author: { messages: '>= 3' } }", "hello", "author's messages 0 (wanted >= 3)"),
        ("{ author: { trust: regular } }", "hello", "author is new (wanted regular)"),
        ("{ author: { label: seen } }", "hello", "author's labels: none (wanted seen)"),
        ("{ surface: qa }", "hello", "written in chat (wanted qa)"),
        ("{ rate: { by: author, over: '3 in 10s' } }", "hello", "1 messages by author of 3 in 10s"),
        (
            "{ similar_to_own: { like: 0.9, last: 1m, times: 3 } }",
            "hello there",
            "said once, or too short to compare; wanted 3 times",
        ),
        ("{ word: [heck, darn] }", "hello", "none of the 2 listed words and patterns stands in the text"),
        ("{ raid: true }", "hello", "raid mode is off"),
        ("{ poll: open }", "hello", "no poll is open"),
        ("{ score: { heat: '>= 2' } }", "hello", "score heat 0 (wanted >= 2)"),
    ],
)
def test_a_part_that_does_not_hold_says_what_it_saw(condition: str, text: str, saw: str) -> None:
    world = one_rule(condition)
    world.say(text)
    told = ask(world, "m1", "r0")
    assert not told.fired
    assert saw in [part.text for part in told.parts if not part.holds]


def test_near_misses_are_told_with_both_numbers() -> None:
    world = one_rule("{ caps: { share: 70%, min_length: 20 } }")
    world.say("ABCDEFGHIJKLMNOPQ" + "abcdefgh")
    assert ask(world, "m1", "r0").lines == ("its condition did not hold: caps 68 % of 70 %",)


def test_what_kept_a_rule_quiet_whose_condition_held() -> None:
    assert ask(said(one_rule("{ word: heck }", ", once: author"), 2), "m2", "r0").lines == (
        "its condition held, but it has acted already (once: author)",
    )
    switched = one_rule("{ word: heck }")
    switched.person("set_rule", "r0", mode="off")
    assert ask(said(switched, 1), "m1", "r0").lines == ("its condition held, but it is switched off",)
    stopped = Logged(
        RuleFile(
            (
                "{ id: r0, if: { word: heck }, do: [ hide ] }",
                "{ id: r1, if: { word: heck }, do: [ flag ], stop: true, priority: 3 }",
            ),
            "",
        ).read()
    )
    assert ask(said(stopped, 1), "m1", "r0").lines == ("its condition held, but rule r1 has stop: true and came before",)
    allowed = Logged(
        RuleFile(("{ id: r0, if: { word: heck }, do: [ hide ] }", "{ id: r1, if: { word: heck }, do: [ allow ] }"), "").read()
    )
    assert ask(said(allowed, 1), "m1", "r0").lines == ("its condition held, but rule r1 let the message pass before",)


def test_a_persons_verdict_and_a_pardon_are_told() -> None:
    world = said(one_rule("{ word: heck }"), 1)
    world.act("show", "m1")
    world.say("heck")
    assert ask(world, "m2", "r0").lines == ("no rule was asked: person:mo decided about a copy of it: show",)
    world = said(one_rule("{ word: heck }"), 1)
    world.undo_all(rule="r0")
    world.say("heck")
    told = why(world.past[-1].signal.message, "r0", world.ruleset, world.history, Situation(world.event), world.now)  # type: ignore[union-attr]  # a message
    assert told.lines == ("its condition held, but a person took back what it did to the same text",)


def test_a_rule_that_fired_tells_what_it_saw_and_where() -> None:
    told = ask(said(one_rule("{ word: heck }"), 1), "m1", "r0")
    assert told.fired
    assert told.lines[0] == "it fired, in mode act"
    assert "“heck” at 0 to 4" in told.lines
    assert ask(said(one_rule("{ word: heck }"), 1), "m1", "nobody").lines == ("the rules of that moment have no rule 'nobody'",)


def said(world: Logged, times: int) -> Logged:
    for _ in range(times):
        world.say("heck")
    return world


SOURCE = """rules:
  # about words
  - id: one
    if: { word: heck }

    do: [ hide ]
  - { id: two, if: { word: darn }, do: [ hide ] }
  - note: the id may stand later
    id: three
    if: { word: coin }
escalate: {}
"""


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (3, "- id: one\n  if: { word: heck }\n\n  do: [ hide ]"),
        (7, "- { id: two, if: { word: darn }, do: [ hide ] }"),
        (9, "- note: the id may stand later\n  id: three\n  if: { word: coin }"),
        (0, ""),
        (99, ""),
    ],
)
def test_the_rule_as_it_stands_in_its_file(line: int, text: str) -> None:
    assert rule_text(SOURCE, line) == text
