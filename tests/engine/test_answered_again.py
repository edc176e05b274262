"""What services answered, when the past is played again: replays, retraces, undo."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.replay import replay
from tests.engine.test_answered import RULE, Asking, rules
from tests.engine.test_undo_all import OF_THE_UNDO, WINDOWS, passes_as_long
from tests.engine.undoing import lasting

CONDITIONS = (
    '{ external: { mood: ">= 0.5" } }',
    '{ external: { mood: "< 0.5" }, word: heck }',
    '{ external: { mood: ">= 0.5" }, author: { strikes: ">= 1" } }',
    '{ external: { mood: ">= 0.5" }, rate: { by: author, over: 2 in 10s } }',
    '{ none: [ { external: { mood: ">= 0.5" } } ], word: coin }',
    "{ word: heck }",
    "{ counter: { heat: '>= 2 in 1m' } }",
)
EFFECTS = ("hide", "flag", "{ hold: { for: 5s, then: hide } }", "{ strike: { n: 1, for: 5m } }", "{ count: heat }", "{ mute: 10s }")
SCORES = {"heck": 0.9, "coin": 0.1, "heck coin": 0.8, "fine": 0.2}
MODIFIERS = ("", "", "on_error: hold", "once: author", "cooldown: 5s")


def rule_lists(effects: tuple[str, ...], modifiers: tuple[str, ...]) -> st.SearchStrategy[Any]:
    does = st.lists(st.sampled_from(effects), min_size=1, max_size=2, unique_by=lambda one: "hide" if "ho" in one else one)
    return st.lists(st.tuples(st.sampled_from(CONDITIONS), does, st.sampled_from(modifiers)), min_size=2, max_size=3)


RULES = rule_lists(EFFECTS, MODIFIERS)
PLAIN_RULES = rule_lists(EFFECTS[:-1], ("", "on_error: hold"))
"""None that keeps another from being asked: what no service was asked about cannot be known when the past is played again."""
STREAMS = st.lists(
    st.one_of(
        st.tuples(st.just("say"), st.sampled_from(("heck", "coin", "heck coin", "fine")), st.sampled_from(("ann", "bo"))),
        st.tuples(st.just("answer"), st.sampled_from((0.1, 0.9, "it answered 500"))),
        st.tuples(st.just("pass"), st.sampled_from((1.0, 6.0))),
        st.tuples(st.just("show"), st.integers(1, 5)),
    ),
    min_size=3,
    max_size=16,
)


def play(file: list[tuple[str, list[str], str]], stream: list[Any], without: str = "") -> Asking:
    written = [
        f"{{ id: r{number}, if: {condition}, do: [ {', '.join(effects)} ]{', ' + more if more else ''} }}"
        for number, (condition, effects, more) in enumerate(file)
        if f"r{number}" != without
    ]
    world = Asking(rules(*written))
    answered = 0
    for kind, *what in stream:
        if kind == "say":
            world.say(what[0], what[1])
        elif kind == "pass":
            world.pass_time(what[0])
        elif kind == "show" and f"m{what[0]}" in world.shown:
            world.act("show", f"m{what[0]}")
        elif kind == "answer":
            while answered < len(world.open()):
                score = SCORES[world.open()[answered][1].text] if what[0] == "by text" else what[0]
                world.answer(score, answered, after=0.0)
                answered += 1
    return world


@settings(max_examples=150)
@given(RULES, STREAMS)
def test_what_happened_can_be_played_again(file: list[tuple[str, list[str], str]], stream: list[Any]) -> None:
    world = play(file, stream)
    again, live = world.played_again(), world.history
    kinds = ("strikes", "counter", "mute", "author", "rate", "held", "open", "seen")
    for kind in kinds:
        assert dict(again.of_kind(kind)) == dict(live.of_kind(kind)), kind


@settings(max_examples=150)
@given(RULES, STREAMS)
def test_each_message_is_hidden_once_and_strikes_come_once(file: list[tuple[str, list[str], str]], stream: list[Any]) -> None:
    world = play(file, stream)
    for ref in world.shown:
        strikes = [
            one
            for made in world.made.values()
            for one in made.verdicts
            if made.ref == ref and any("strike" in it for it in one.effects)
        ]
        decisions = {made.id for made in world.made.values() if made.ref == ref and "strike" in made.actions}
        assert len(decisions) <= 1, strikes
        hides = [status for status in world.sent(ref) if status == "hidden"]
        assert len(hides) <= 1 + world.sent(ref).count("public")


@settings(max_examples=150)
@given(PLAIN_RULES, STREAMS)
def test_undo_of_a_rule_is_the_stream_without_it(file: list[tuple[str, list[str], str]], stream: list[Any]) -> None:
    # What is still open acts after the undo and is nothing to take back; a text has one score, whenever somebody asks.
    stream = [("answer", "by text") if kind == "answer" else (kind, *what) for kind, *what in (*stream, ("answer",))]
    undone, without = play(file, stream), play(file, stream, without="r0")
    undone.undo_all(rule="r0")
    passes_as_long(without)
    for world in (undone, without):
        world.tick(0.0)
    assert undone.shown == without.shown
    ours, theirs = (
        lasting(world, *OF_THE_UNDO, *WINDOWS, "external", "asking", "seen", "held", "timer") for world in (undone, without)
    )
    assert ours == theirs


def test_a_recording_may_bring_scores() -> None:
    lines = [
        '{"text": "you", "name": "Ann", "scores": {"mood": 0.9}}',
        '{"text": "me", "name": "Ann"}',
        '{"text": "us", "scores": {"mood": 3}}',
    ]
    hidden, open_, bad = replay(lines, rules(RULE))
    assert hidden.decision is not None
    assert hidden.decision.outcome == "hide"
    assert open_.decision is not None
    assert open_.decision.near == ("nasty: the score of mood is not known (limit >= 0.8)",)
    assert "'scores' must be" in bad.error


def test_an_edited_message_is_asked_about_anew_and_the_old_answer_does_nothing() -> None:
    world = Asking(rules(RULE))
    world.say("you there", ref="m1")
    world.say("all is fine", ref="m1")
    assert [action.text for _, action in world.open()] == ["you there", "all is fine"]
    assert world.answer(0.9, 0) == ()
    (second,) = world.answer(0.1, 1)
    assert (second.outcome, world.sent("m1")) == ("none", [])


def test_mute_and_steps_of_the_ladder_follow_from_a_late_strike() -> None:
    world = Asking(rules(RULE, more="escalate:\n  strikes: { 2: [ { mute: 10m } ] }\n"))
    for text in ("you one", "you two"):
        world.say(text)
        world.answer(0.9)
    third = world.say("all is fine")
    assert (third.outcome, third.rules) == ("hide", ("mute",))
