"""What holds for any stream of messages and any rules, tried on many."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.history import History
from bot.engine.plan import OUTCOMES, effect_name
from bot.ruleset.model import Effect, Ruleset
from tests.engine.making import Rules, World

WORDS = ("heck", "darn", "link", "coin")
EFFECTS: st.SearchStrategy[Effect] = st.sampled_from(
    [
        {"hide": True},
        {"hold": {"for": 5.0, "then": "hide"}},
        {"archive": True},
        {"approve": True},
        {"flag": True},
        {"strike": {"n": 1, "for": 30.0}},
        {"strike": {"n": 2, "for": 60.0}},
        {"label": {"name": "seen"}},
        {"count": {"name": "heat", "n": 1}},
        {"mute": {"for": 10.0}},
        {"slow": {"every": 4.0, "last": 20.0}},
        {"lock": {"what": "both", "for": 6.0}},
        {"raid_mode": {"for": 6.0}},
        {"warn": {"text": ""}},
        {"sweep": {"last": 20.0}},
        {"forgive": True},
    ]
)


@st.composite
def rule_sets(draw: st.DrawFn, modes: tuple[str, ...] = ("act", "suggest", "shadow")) -> Ruleset:
    made = Rules(escalate={2: ({"warn": {"text": ""}},), 3: ({"mute": {"for": 15.0}},)})
    for number in range(draw(st.integers(1, 4))):
        words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True))
        effects = draw(st.lists(EFFECTS, min_size=1, max_size=3, unique_by=effect_name))
        made.word(f"r{number}", *words, do=effects, mode=draw(st.sampled_from(modes)), priority=draw(st.integers(0, 2)))
    return made.done()


MESSAGES = st.lists(
    st.tuples(
        st.lists(st.sampled_from([*WORDS, "hello"]), min_size=1, max_size=3).map(" ".join),
        st.sampled_from(["ann", "bo"]),
        st.sampled_from(["chat", "qa"]),
        st.floats(0, 8),
    ),
    max_size=15,
)


@given(rule_sets(), MESSAGES)
def test_the_strongest_effect_in_force_wins(rules: Ruleset, rows: list[Any]) -> None:
    world = World(rules)
    for text, by, surface, after in rows:
        world.tick(after / 2)
        decision = world.say(text, by, after=after / 2, surface=surface)
        offered = [effect_name(effect) for verdict in decision.verdicts for effect in verdict.effects]
        strongest = max((OUTCOMES.get(name, 0) for name in offered), default=0)
        assert OUTCOMES.get(decision.outcome, 0) == strongest
        assert all(verdict.mode == "act" for verdict in decision.verdicts)
        keys = [entry.key for entry in world.last.entries]
        assert len(set(keys)) == len(keys)


@given(rule_sets(), MESSAGES)
def test_shadow_sends_nothing_and_decides_the_same(rules: Ruleset, rows: list[Any]) -> None:
    live, shadow = World(rules), World(rules, shadow=True)
    for text, by, surface, after in rows:
        first = live.say(text, by, after=after, surface=surface)
        second = shadow.say(text, by, after=after, surface=surface)
        assert (first.outcome, first.actions, first.rules) == (second.outcome, second.actions, second.rules)
    assert [entry for done in shadow.steps for entry in done.entries] == []


@given(rule_sets(modes=("suggest", "shadow")), MESSAGES)
def test_rules_that_are_not_in_force_send_nothing(rules: Ruleset, rows: list[Any]) -> None:
    world = World(rules)
    for text, by, surface, after in rows:
        assert world.say(text, by, after=after, surface=surface).outcome == "none"
    assert [entry for done in world.steps for entry in done.entries] == []


def about_authors(history: History, now: float) -> dict[tuple[str, ...], Any]:
    """What a decision does to people and to the event, as far as it still counts at that moment.

    Questions that an undo could only put into the queue are left out, and what only tells that a mute was looked at again.
    """
    kinds = ("strikes", "mute", "slow", "lock", "raid", "held", "timer")
    found: dict[tuple[str, ...], Any] = {}
    for key, item in [one for kind in kinds for one in history.of_kind(kind)]:
        value = item.value
        if isinstance(value, list):
            counting: Any = [strike for strike in value if strike[0] > now]
        elif value.get("rule") == "undo" or (value.get("until") or value.get("at")) <= now:
            continue
        else:
            counting = {name: one for name, one in value.items() if name not in ("until", "hidden", "last", "at")}
        if counting:
            found[key] = counting
    return found


@settings(max_examples=60)
@given(rule_sets(modes=("act",)), MESSAGES, st.sampled_from(WORDS))
def test_undo_restores_what_the_last_decision_changed(rules: Ruleset, rows: list[Any], word: str) -> None:
    world = World(rules)
    for text, by, surface, after in rows:
        world.say(text, by, after=after, surface=surface)
    at = world.now + 1.0
    before = deepcopy(about_authors(world.history, at))
    hidden = (world.history.get("author", "email:ann@example.test") or {}).get("hidden", 0)
    decision = world.say(word, "ann", after=0.0)
    world.person("undo", decision.id)
    assert about_authors(world.history, at) == before
    assert (world.history.get("author", "email:ann@example.test") or {}).get("hidden", 0) == hidden
