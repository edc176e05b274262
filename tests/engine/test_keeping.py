"""A person's verdict is memory: it holds for copies, after restarts and much forgetting, and becomes an example for the rule."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.history import History, Remembered
from bot.domain.signals import Message, StatusChanged
from bot.engine.gate import gate
from bot.engine.keeping import keep_examples
from bot.ruleset.parse import parse
from tests.engine.undoing import Logged, RuleFile

RULE = "{ id: r0, if: { word: [heck, darn] }, do: [ hide, { strike: { n: 1, for: 1h } } ] }"


def world() -> Logged:
    return Logged(RuleFile((RULE,), "").read())


def restarted(before: Logged, *, forgets: float = 0.0) -> Logged:
    """What the store kept, read back; everything that has a time is past it."""
    kept = {key: Remembered(json.loads(json.dumps(item.value)), item.until) for key, item in before.history.items()}
    after = Logged(before.ruleset, now=before.now + forgets, history=History(kept), posted=before.posted, acts=before.acts)
    after.history.forget_before(after.now)
    return after


def shown_by_hand(world: Logged, how: str) -> None:
    if how == "platform":
        world.on_platform("m1", "hidden", "public", text="Oh what the heck is that")
    elif how == "undo":
        world.act("undo", "m1")
    elif how == "undo_all":
        world.undo_all(rule="r0")
    else:
        world.act("show", "m1")


@pytest.mark.parametrize("how", ["show", "platform", "undo", "undo_all"])
@pytest.mark.parametrize(
    "copy",
    [
        "Oh what the heck is that",
        "oh what the HECK is that!!",
        "Oh  what the h\u200beck is that",
        "oh what the hеck is that",
        "0h what the h3ck is that",
    ],
)
def test_shown_again_is_never_hidden_again_copies_included(how: str, copy: str) -> None:
    before = world()
    before.say("Oh what the heck is that")
    shown_by_hand(before, how)
    after = restarted(before, forgets=40 * 86400.0)
    assert after.say(copy, by="bo").outcome == "none"
    assert after.say("another heck", by="bo").outcome == "hide"


def test_a_change_on_the_platform_counts_the_same_when_the_engine_has_forgotten_the_message() -> None:
    before = world()
    made = before.say("what the heck")
    after = restarted(before, forgets=4 * 3600.0)
    after.history.apply({("strikes", "email:ann@example.test"): Remembered([[after.now + 9.0, 1, "r0", made.id]], after.now + 9.0)})
    facts: Any = json.loads(json.dumps(made.facts))
    facts["changed"] = [["strike", "email:ann@example.test", [after.now + 9.0, 1, "r0", made.id]]]
    done = after.send(changed("m1", made.id, facts))
    assert after.history.get("strikes", "email:ann@example.test") is None
    assert done.decisions[0].facts["reversed"] == ["r0"]
    assert after.history.get("breaker", "r0")["reversed"]


def changed(ref: str, decision: str, facts: dict[str, Any]) -> Any:
    return StatusChanged("ev1", ref, "chat", "public", "hidden", "what the heck", decision=decision, facts=facts)


def test_what_was_taken_back_once_is_not_taken_back_twice() -> None:
    one = world()
    one.say("heck")
    one.say("heck again")
    first = one.made[one.past[0].decision.id]  # type: ignore[union-attr]  # a message's moment
    data = {"surface": "chat", "status": "hidden", "facts": first.facts, "decision": first.id}
    one.person("show", "m1", **data)
    one.history.apply({("author", "email:ann@example.test"): Remembered({"messages": 2, "first": 0.0, "last": 1.0, "hidden": 1})})
    one.person("show", "m1", **data)
    assert one.history.get("author", "email:ann@example.test")["hidden"] == 1


def rows(world: Logged) -> list[tuple[Any, Message | None]]:
    texts = {
        moment.signal.message.ref: moment.signal.message
        for moment in world.past
        if moment.signal and moment.signal.kind == "message"
    }
    return [(decision, texts.get(decision.ref)) for decision in reversed(list(world.made.values()))]


def test_what_people_showed_again_is_offered_as_an_example_once() -> None:
    one = world()
    for text in ("what the heck", "What the HECK", "darn good"):
        one.say(text)
    one.act("show", "m1")
    one.act("undo", "m3")
    found = keep_examples(rows(one), one.ruleset)
    assert [(keep.rule, keep.text, keep.who) for keep in found] == [
        ("r0", "darn good", "person:mo"),
        ("r0", "what the heck", "person:mo"),
    ]
    assert found[0].yaml == 'tests:\n  keep: ["darn good"]'
    assert found[0].json["file"] == "rules.yaml"


def test_the_example_keeps_the_rule_from_going_live_as_it_is() -> None:
    one = world()
    one.say('a "heck": yes')
    one.act("show", "m1")
    (keep,) = keep_examples(rows(one), one.ruleset)
    text = "rules:\n  - id: r0\n    if: { word: heck }\n    do: [ hide ]\n    " + keep.yaml.replace("\n", "\n    ") + "\n"
    parsed = parse({"rules.yaml": text}, {}, {}).ruleset
    assert parsed is not None
    assert gate(parsed).left_out == ("r0",)
    assert keep_examples(rows(one), parsed) == []


def test_many_acts_undone_at_once_are_examples_too() -> None:
    one = world()
    one.say("what the heck")
    one.undo_all(rule="r0")
    assert [keep.text for keep in keep_examples(rows(one), one.ruleset)] == ["what the heck"]
