"""external: known scores, unknown ones, failures; what is left of a condition decides later as the whole would have decided."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.history import History, Key, Remembered
from bot.domain.signals import Message
from bot.ruleset import logic, rests
from bot.ruleset.conditions.external import ANSWERS, KEPT, External, NoAnswer, text_key
from bot.ruleset.facts import Condition, Facts, Finding
from bot.ruleset.values import Comparison
from tests.ruleset.asking import ANN, LIVE, NOW, if_text, parse_one, rules_of

SERVICES = ("mood", "toxicity-api")


def facts_of(text: str = "hello", known: dict[str, float] | None = None, age: float = 0.0, said: Any = None) -> Facts:
    """`known` scores are remembered since `age` seconds, `said` are those that services just gave."""
    matcher = rules_of(if_text("{ word: nothing }")).matcher
    held: dict[Key, Remembered] = {
        ("external", name, text_key(text)): Remembered([score, NOW - age]) for name, score in (known or {}).items()
    }
    return Facts(Message("ev", "m", "chat", text, ANN), LIVE, NOW, History(held), matcher.scan(text), cache={ANSWERS: said or {}})


def condition(written: str) -> Condition:
    return rules_of(if_text(written), services=SERVICES).rules[0].condition


@pytest.mark.parametrize("written", ['{ external: { mood: ">= 0.8" } }', '{ external: { service: mood, is: ">= 80%" } }'])
def test_a_known_score_holds_or_is_a_near_miss(written: str) -> None:
    assert condition(written).check(facts_of(known={"mood": 0.91})) == Finding(True, note="mood 0.91 (limit >= 0.8)")
    assert condition(written).check(facts_of(known={"mood": 0.72})) == Finding(False, near="mood 0.72 (limit >= 0.8)")


def test_what_is_not_known_is_open_and_not_false() -> None:
    found = condition('{ external: { mood: ">= 0.8" } }').check(facts_of())
    assert not found.holds
    assert found.near == "the score of mood is not known (limit >= 0.8)"
    assert found.rest == External("mood", Comparison(">=", 0.8))


def test_a_score_serves_exact_copies_for_a_while() -> None:
    asked = condition('{ external: { mood: ">= 0.8" } }')
    assert asked.check(facts_of(known={"mood": 0.9}, age=KEPT - 1)).holds
    assert asked.check(facts_of(known={"mood": 0.9}, age=KEPT)).rest is not None
    other = facts_of("hello")
    other.message = Message("ev", "m", "chat", "hello!", ANN)
    assert asked.check(other).rest is not None


def test_a_failure_is_an_error_and_not_an_answer() -> None:
    with pytest.raises(NoAnswer, match="mood: no answer within 1 s"):
        condition('{ external: { mood: "< 0.8" } }').check(facts_of(said={"mood": "no answer within 1 s"}))


def test_several_services_must_all_agree() -> None:
    both = condition('{ external: { mood: ">= 0.5", toxicity-api: ">= 0.5" } }')
    assert both.check(facts_of(known={"mood": 0.6, "toxicity-api": 0.7})).holds
    assert both.check(facts_of(known={"mood": 0.1})).rest is None
    assert both.check(facts_of(known={"mood": 0.6})).rest is not None


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ('{ external: { moood: ">= 0.8" } }', "did you mean 'mood'?"),
        ('{ external: { weather: ">= 0.8" } }', "known here: mood, toxicity-api"),
        ("{ external: { mood: high } }", "is no comparison"),
        ("{ external: {} }", "external"),
        ("{ external: 0.8 }", "external"),
        ("{ external: { service: mood } }", "is"),
        ('{ external: { service: mood, is: ">= 0.8", within: 1s } }', "within"),
    ],
)
def test_what_is_written_wrongly(written: str, says: str) -> None:
    parsed = parse_one(if_text(written), services=SERVICES)
    assert parsed.ruleset is None
    assert any(says in problem.render() for problem in parsed.errors)


def test_without_a_configuration_it_is_a_warning_that_says_what_to_do() -> None:
    parsed = parse_one(if_text('{ external: { mood: ">= 0.8" } }'))
    assert parsed.ruleset is not None
    (problem,) = parsed.problems
    assert (problem.level, problem.line) == ("warning", 4)
    assert "usher check --config" in problem.hint
    none = parse_one(if_text('{ external: { mood: ">= 0.8" } }'), services=())
    assert "[[service]]" in none.errors[0].hint


@pytest.mark.parametrize("effect", ["allow", "{ score: { n: 2 } }"])
def test_what_has_to_be_known_at_once_cannot_wait_for_a_service(effect: str) -> None:
    text = f'rules:\n  - {{ id: r, if: {{ external: {{ mood: ">= 0.8" }} }}, do: [ {effect} ] }}\n'
    assert any("a service answers a moment later" in one.text for one in parse_one(text, services=SERVICES).errors)


def test_tests_give_scores_only_of_services_that_the_rule_asks() -> None:
    text = if_text('{ external: { mood: ">= 0.8" } }') + "    tests: { hide: [ { say: x, scores: { moood: 0.9 } } ] }\n"
    assert any("did you mean 'mood'?" in one.render() for one in parse_one(text, services=SERVICES).errors)
    odd = if_text('{ external: { mood: ">= 0.8" } }') + "    tests: { hide: [ { say: x, scores: { mood: 9 } } ] }\n"
    assert parse_one(odd, services=SERVICES).ruleset is None


# ── what is left of a condition ──

LEAVES = st.one_of(
    st.tuples(st.booleans(), st.sampled_from([(), ((0, 2),)])).map(
        lambda said: logic.Known(Finding(said[0], said[1] if said[0] else ()))
    ),
    st.builds(
        External, st.sampled_from(SERVICES), st.builds(Comparison, st.sampled_from([">=", "<"]), st.sampled_from([0.3, 0.7]))
    ),
)


def _combined(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    children = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        children.map(logic.All),
        children.map(logic.Any),
        children.map(logic.NoneOf),
        st.builds(logic.AtLeast, st.integers(1, 3), children),
    )


@given(st.recursive(LEAVES, _combined, max_leaves=8), st.sampled_from([0.1, 0.5, 0.9]), st.sampled_from([0.1, 0.5, 0.9]))
def test_the_rest_decides_as_the_whole_would_have_decided(whole: Condition, mood: float, toxic: float) -> None:
    everything = {"mood": mood, "toxicity-api": toxic}
    found = whole.check(facts_of())
    if found.rest is not None:
        assert not found.holds
        rest = rests.read(json.loads(json.dumps(rests.written(found.rest))))
        later = rest.check(facts_of(said={"mood": mood}))
        if later.rest is not None:
            later = later.rest.check(facts_of(said=everything))
        found = later
    direct = whole.check(facts_of(known=everything))
    assert found.rest is None
    assert (found.holds, found.spans) == (direct.holds, direct.spans)


@given(st.recursive(LEAVES, _combined, max_leaves=8))
def test_what_is_decided_without_the_services_does_not_change_with_them(whole: Condition) -> None:
    found = whole.check(facts_of())
    if found.rest is None:
        for mood in (0.1, 0.5, 0.9):
            assert whole.check(facts_of(known={"mood": mood, "toxicity-api": 1 - mood})).holds == found.holds


def test_only_services_can_be_left_open() -> None:
    with pytest.raises(TypeError, match="cannot be left open"):
        rests.written(condition("{ raid: true }"))
