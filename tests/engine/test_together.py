"""Moderation and engagement on one draft: one decision for every act, one budget for everything the bot says."""

from __future__ import annotations

from bot.domain.actions import CreatePoll, PostMessage
from bot.domain.signals import Author, EntrySettled, WebhookCame
from bot.ruleset.model import Ruleset
from bot.ruleset.parse import parse
from tests.engine.making import World

RULES = """
rules:
  - { id: links, if: { link: true }, do: [ { reply: "{author}, no links please" } ] }
  - { id: ask, if: { word: poll }, do: [ { open_poll: role } ] }
  - { id: during, if: { word: hush, poll: open }, do: [ hide ] }
  - { id: members, if: { word: hi, author: { signed_up: true } }, do: [ flag ] }
polls:
  - { id: role, question: "Who are you?", options: [A, B], when: manual, close: { after: 60s } }
speech: { min_gap: 45s }
"""


def rules() -> Ruleset:
    parsed = parse({"all.yaml": RULES}, {}, {})
    assert parsed.ruleset is not None, parsed.problems
    return parsed.ruleset


def posts(world: World) -> list[str]:
    return [entry.action.text for done in world.steps for entry in done.entries if isinstance(entry.action, PostMessage)]


def test_replies_keep_to_the_speech_budget() -> None:
    world = World(rules())
    world.tick()
    first = world.say("see www.example.org")
    world.tick()
    assert posts(world) == ["Ann, no links please"]
    (entry,) = [entry for done in world.steps for entry in done.entries]
    assert (entry.decision, entry.cause, entry.what) == (first.id, "rule:links", "moderation")
    world.send(EntrySettled("ev1", entry.key, "done", {}))
    world.say("see www.example.org", by="bo")
    world.tick()
    assert posts(world) == ["Ann, no links please"]


def test_a_rule_may_open_a_poll_and_a_condition_sees_it_open() -> None:
    world = World(rules())
    world.tick()
    assert world.say("hush").outcome == "none"
    world.say("start the poll")
    for _ in range(10):
        world.tick()
        for entry in [entry for entry in world.last.entries if entry.action.kind in ("create_poll", "set_poll")]:
            world.send(EntrySettled("ev1", entry.key, "done", {"ref": "p1", "remote": "p1"}))
    created = [entry.action for done in world.steps for entry in done.entries if isinstance(entry.action, CreatePoll)]
    assert created == [CreatePoll("Who are you?", ("A", "B"))]


def test_every_act_of_a_person_has_one_decision() -> None:
    world = World(rules())
    world.tick()
    for verb, target, why in (("open_poll", "role", ""), ("open_poll", "nothing", "no poll:nothing"), ("post", "Hello", "")):
        done = world.person(verb, target)  # type: ignore[arg-type]  # verbs of the table
        (decision,) = done.decisions
        assert (decision.id, decision.who, decision.actions) == (f"act-{world.acts}", "person:mo", (verb,))
        assert why in decision.note


def test_without_engagement_its_acts_are_refused_in_words() -> None:
    parsed = parse({"all.yaml": "rules: [ { id: x, if: { word: y }, do: [ hide ] } ]"}, {}, {})
    assert parsed.ruleset is not None
    world = World(parsed.ruleset)
    assert len(world.person("open_poll", "role").decisions) == 1


def test_who_signed_up_is_known_to_conditions() -> None:
    world = World(rules())
    assert world.say("hi").rules == ()
    world.send(WebhookCame("signup.created", "ev1", {"signup_data": {"email": "Ann@example.test"}}, "d1"))
    assert world.say("hi").rules == ("members",)
    assert world.say("hi", author=Author("Bo", "bo@example.test")).rules == ()
