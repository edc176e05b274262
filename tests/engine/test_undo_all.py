"""Bulk undo: the state after "stream, then undo rule R" is the state after "stream without R", but for what is printed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.past import Moment
from bot.domain.signals import MessageRead
from bot.engine.authors import in_force
from bot.engine.breaker import takes_away
from bot.engine.scope import Scope
from tests.engine.making import START
from tests.engine.undoing import AUTHORS, STREAMS, WORDS, Logged, RuleFile, lasting, rule_files

OF_THE_UNDO = ("undone", "pardon", "pardons", "person_act", "rule_mode", "breaker")
"""What an undo remembers of itself; modes of rules are left to people, who are told so."""
WINDOWS = ("rate", "own", "others", "questions", "recent")
"""Without the rule nobody asks for what it looks back on."""


def seen_by_audience(world: Logged, printed: set[str]) -> dict[str, str]:
    return {ref: status for ref, status in world.shown.items() if ref not in printed}


def assert_alike(undone: Logged, without: Logged, cannot: list[str]) -> None:
    """The same but for what was printed."""
    for world in (undone, without):
        world.tick(0.0)
    stuck = {ref for ref, status in without.shown.items() if undone.surfaces[ref] == "qa" and status == "new"}
    assert seen_by_audience(undone, stuck) == seen_by_audience(without, stuck)
    assert undone.chat_on == without.chat_on
    changed = {ref for ref in stuck if undone.shown[ref] != without.shown[ref]}
    assert not changed or any("cannot become new again" in line for line in cannot)
    held = {f"held {ref}" for ref in changed}
    ours, theirs = (lasting(world, *OF_THE_UNDO, *WINDOWS) for world in (undone, without))
    assert {key: one for key, one in ours.items() if key not in held} == {
        key: one for key, one in theirs.items() if key not in held
    }


def passes_as_long(world: Logged) -> None:
    """The moment that a bulk undo takes."""
    world.acts += 1
    world.now += 1.0


@settings(max_examples=300)
@given(rule_files(), STREAMS, st.integers(0, 3))
def test_undo_of_a_rule_is_the_stream_without_it(file: RuleFile, stream: list[Any], which: int) -> None:
    rule = f"r{which % len(file.rules)}"
    undone, without = Logged(file.read()), Logged(file.read(without=rule))
    undone.play(stream)
    without.play(stream)
    told = undone.undo_all(rule=rule).decisions[0]
    passes_as_long(without)
    assert_alike(undone, without, told.facts["cannot"])


@settings(max_examples=60)
@given(rule_files(), STREAMS)
def test_undo_of_one_rule_then_of_the_other_is_the_stream_without_both(file: RuleFile, stream: list[Any]) -> None:
    undone, without = Logged(file.read()), Logged(RuleFile(file.rules[1:], file.ladder).read(without="r1"))
    undone.play(stream)
    without.play(stream)
    cannot: list[str] = []
    for rule in ("r0", "r1"):
        cannot += undone.undo_all(rule=rule).decisions[0].facts["cannot"]
        passes_as_long(without)
    assert_alike(undone, without, cannot)


@settings(max_examples=60)
@given(rule_files(), STREAMS, st.sampled_from(AUTHORS))
def test_undo_on_an_author_is_the_stream_in_which_no_rule_acted_on_them(file: RuleFile, stream: list[Any], author: str) -> None:
    spared = Scope(author=f"email:{author}@example.test")
    undone, without = Logged(file.read()), Logged(file.read(), left_out=(spared,))
    undone.play(stream)
    without.play(stream)
    told = undone.undo_all(author=f"{author.title()}@example.test").decisions[0]
    passes_as_long(without)
    without.left_out = ()
    assert_alike(undone, without, told.facts["cannot"])


@settings(max_examples=60)
@given(rule_files(), STREAMS, st.integers(0, 40))
def test_undo_since_a_moment_is_the_stream_in_which_no_rule_acted_since(file: RuleFile, stream: list[Any], after: int) -> None:
    since = START + after
    undone, without = Logged(file.read()), Logged(file.read(), left_out=(Scope(since=since),))
    undone.play(stream)
    without.play(stream)
    told = undone.undo_all(since=since).decisions[0]
    passes_as_long(without)
    without.left_out = ()
    assert_alike(undone, without, told.facts["cannot"])


@settings(max_examples=60)
@given(rule_files(), STREAMS, STREAMS)
def test_a_second_undo_does_nothing(file: RuleFile, stream: list[Any], more: list[Any]) -> None:
    world = Logged(file.read())
    world.play(stream)
    world.undo_all(rule="r0")
    before, shown = lasting(world), dict(world.shown)
    again = world.undo_all(rule="r0")
    assert (again.entries, again.cancelled) == ((), ())
    assert "nothing to take back" in again.decisions[0].note
    assert (lasting(world), world.shown) == (before, shown)


@settings(max_examples=60)
@given(rule_files(), STREAMS)
def test_one_message_shown_again_is_never_taken_away_by_that_rule(file: RuleFile, stream: list[Any]) -> None:
    world = Logged(file.read())
    world.play(stream)
    said = {moment.signal.message.text for moment in world.past if isinstance(moment.signal, MessageRead) and took(moment, "r0")}
    world.undo_all(rule="r0")
    world.person("set_rule", "r0", mode="act")
    for text in sorted(said):
        assert "r0" not in world.say(text, "dee").rules


def took(moment: Moment, rule: str) -> bool:
    """Did this rule want the message away?"""
    decision = moment.decision
    return decision is not None and any(
        verdict.rule == rule and takes_away(verdict, moment.signal.message.surface)  # type: ignore[union-attr]  # a message
        for verdict in decision.verdicts
    )


def test_what_cannot_be_undone_comes_first_and_names_it() -> None:
    rules = "{ id: r0, if: { word: heck }, do: [ hide, { warn: true }, { strike: { n: 3, for: 1h } } ] }"
    world = Logged(RuleFile((rules,), "escalate: { strikes: { 3: [ { mute: event } ] } }").read())
    world.say("what the heck")
    world.say("I am muted now")
    assert world.shown == {"m1": "hidden", "m2": "hidden"}
    done = world.undo_all(rule="r0")
    assert world.shown == {"m1": "public", "m2": "public"}
    told = done.decisions[0]
    assert told.facts["cannot"] == [
        "the post “Ann, please mind the rules of this chat (r0).” cannot be taken back if it was sent already"
    ]
    assert told.facts["will"] == ["chat messages shown again: 2", "authors with other strikes: 1", "authors with another mute: 1"]
    assert [(one.undoes.partition(":")[0], one.outcome) for one in done.decisions[1:]] == [("m1", "none"), ("m2", "none")]


def test_a_message_that_another_rule_hides_as_well_stays_hidden() -> None:
    rules = ("{ id: r0, if: { word: heck }, do: [ hide ] }", "{ id: r1, if: { word: darn }, do: [ hide ] }")
    world = Logged(RuleFile(rules, "").read())
    world.say("heck and darn")
    world.say("heck alone")
    done = world.undo_all(rule="r0")
    assert world.shown == {"m1": "hidden", "m2": "public"}
    assert [one.rules for one in done.decisions[1:]] == [("r1",), ()]


def test_what_a_person_decided_in_between_stays() -> None:
    world = Logged(RuleFile(("{ id: r0, if: { word: heck }, do: [ hide ] }",), "").read())
    world.say("heck one")
    world.say("heck two")
    world.act("hide", "m1")
    world.undo_all(rule="r0")
    assert world.shown == {"m1": "hidden", "m2": "public"}


def test_texts_that_were_forgotten_are_taken_back_all_the_same() -> None:
    world = Logged(RuleFile(("{ id: r0, if: { word: heck }, do: [ hide, { count: heat } ] }",), "").read())
    world.say("heck one")
    world.say("heck two")
    world.past = [replace(moment, signal=None) if moment.seq == 1 else moment for moment in world.past]
    done = world.undo_all(rule="r0")
    assert world.shown == {"m1": "public", "m2": "public"}
    assert world.history.get("counter", "heat") in (None, [])
    assert "no longer known are taken back one by one" in done.decisions[0].note


def test_a_scope_that_names_nothing_undoes_nothing() -> None:
    world = Logged(RuleFile(("{ id: r0, if: { word: heck }, do: [ hide ] }",), "").read())
    world.say("heck")
    assert world.undo_all().entries == ()
    assert world.shown == {"m1": "hidden"}


@settings(max_examples=300)
@given(
    rule_files(), STREAMS, st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join), st.sampled_from(("chat", "qa"))
)
def test_undo_of_one_decision_takes_back_all_it_did(file: RuleFile, stream: list[Any], text: str, surface: str) -> None:
    undone, without = Logged(file.read()), Logged(file.read())
    for world in (undone, without):
        world.play(stream)
    made = undone.say(text, "ann", surface=surface)
    without.left_out = (Scope(since=without.now),)
    without.say(text, "ann", surface=surface)
    told = undone.person("undo", made.id, facts=made.facts, ref=made.ref, surface=surface)
    passes_as_long(without)
    without.left_out = ()
    if not set(made.rules).isdisjoint(("mute", "slow")) or any(rule.startswith(("person:", "platform")) for rule in made.rules):
        return  # what an earlier mute or a person's verdict does to it is no act of this decision's rules
    assert bool(made.facts.get("changed")) is ("nothing to take back" not in told.decisions[0].note)
    stuck = {ref for ref, status in without.shown.items() if undone.surfaces[ref] == "qa" and status == "new"}
    assert seen_by_audience(undone, stuck) == seen_by_audience(without, stuck)
    apart = (*OF_THE_UNDO, *WINDOWS, "seen", "verdict", "verdict_text", "verdicts", "held" if stuck else "")
    for world in (undone, without):
        world.tick(0.0)
        ended = [key for key, item in world.history.of_kind("mute") if not in_force(item.value, world.now)]
        world.history.apply(dict.fromkeys(ended))
    ours, theirs = (lasting(world, *apart) for world in (undone, without))
    assert ours == theirs
