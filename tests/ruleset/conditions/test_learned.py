"""toxicity and language, with functions of our own in the models' place; the models themselves: tests/rulefiles/test_learned.py."""

from __future__ import annotations

import pytest

from bot.domain.history import History
from bot.domain.signals import Message
from bot.ruleset.facts import Facts, Finding
from tests.ruleset.asking import ANN, LIVE, NOW, if_text, parse_one, rules_of

LEARNED = {"toxicity": lambda text: text.count("!") / 10, "language": lambda text: "de" if " ist " in text else "en"}


def ask(condition: str, text: str) -> Finding:
    ruleset = rules_of(if_text(condition), learned=LEARNED)
    message = Message("ev", "m", "chat", text, ANN)
    return ruleset.rules[0].condition.check(Facts(message, LIVE, NOW, History(), ruleset.matcher.scan(text)))


def test_toxicity_holds_misses_and_tells() -> None:
    assert ask('{ toxicity: ">= 0.5" }', "go!!!!!") == Finding(True, note="toxicity 0.50 (limit >= 0.5)")
    assert ask('{ toxicity: ">= 0.9" }', "go!!!!!!!") == Finding(False, near="toxicity 0.70 (limit >= 0.9)")
    assert ask('{ toxicity: ">= 0.5" }', "go") == Finding(False)


def test_a_model_is_given_a_bounded_text() -> None:
    assert ask('{ toxicity: ">= 30" }', "!" * 100_000).holds


def test_language_of_texts_that_are_long_enough() -> None:
    assert ask("{ language: de }", "das ist ein ganzer Satz")
    assert ask("{ language: [fr, de] }", "das ist ein ganzer Satz").holds
    assert not ask("{ language: [fr, en] }", "das ist ein ganzer Satz").holds
    assert not ask("{ language: en }", "lol").holds


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ("{ toxicity: high }", "is no comparison"),
        ("{ language: German }", "is no code of a language"),
        ("{ language: [] }", "language"),
    ],
)
def test_what_is_written_wrongly(condition: str, says: str) -> None:
    parsed = parse_one(if_text(condition), learned=LEARNED)
    assert parsed.ruleset is None
    assert any(says in problem.render() for problem in parsed.problems)


@pytest.mark.parametrize("condition", ['{ toxicity: ">= 0.9" }', "{ language: de }"])
def test_without_the_extra_the_error_says_how_to_get_it(condition: str) -> None:
    parsed = parse_one(if_text(condition))
    assert parsed.ruleset is None
    assert any("usher-bot[learned]" in problem.hint for problem in parsed.problems)
