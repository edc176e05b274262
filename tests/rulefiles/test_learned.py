"""The learned models as they are installed."""

from bot.rulefiles.learned import learned


def test_toxicity_tells_an_insult_from_a_greeting() -> None:
    score = learned()["toxicity"]
    assert score("you are a fucking idiot") > 0.9
    assert score("good morning everybody") < 0.2
    assert 0.0 <= score("") <= 1.0


def test_languages() -> None:
    tell = learned()["language"]
    assert tell("Das ist ein kleiner Satz auf Deutsch.") == "de"
    assert tell("Where can I find the slides of this talk?") == "en"
