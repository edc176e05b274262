"""Which rules fire on a text and why, and which nearly did."""

from __future__ import annotations

from bot.domain.signals import Author
from bot.engine.explain import explain, explain_rule
from bot.ruleset.parse import parse
from tests.engine.making import HIDE, TEAM, Always, Rules, hold

RULES = (
    Rules(people=TEAM)
    .word("swearing", "heck", do=[HIDE], stop=True)
    .word("holding", "heck", do=[hold()], mode="shadow")
    .rule("shouting", Always(near="caps 68 % of 70 %"), [HIDE], priority=1)
    .done()
)


def test_what_fires_and_what_nearly_did() -> None:
    told = explain("oh heck", RULES)
    assert (told.decision.outcome, told.trust) == ("hide", "new")
    assert [verdict.rule for verdict in told.fired] == ["swearing"]
    assert told.near == ("shouting: caps 68 % of 70 %",)


def test_the_team_is_told_what_would_have_been() -> None:
    told = explain("oh heck", RULES, author=Author("Anna", "anna@team.example.test"))
    assert (told.decision.outcome, told.decision.note, told.trust) == ("none", "team", "team")
    assert [verdict.rule for verdict in told.fired] == ["swearing"]


def test_questions_have_their_own_surface() -> None:
    assert explain("heck?", RULES, surface="qa").decision.facts["surface"] == "qa"


def test_an_allow_rule_is_named_first() -> None:
    rules = Rules().word("swearing", "heck").word("dish", "heck", do=[{"allow": True}], allow=True).done()
    assert [verdict.rule for verdict in explain("heck", rules).fired] == ["dish"]


def test_a_service_that_nobody_asks_here_is_named_with_its_limit() -> None:
    rules = 'rules:\n  - { id: nasty, if: { external: { mood: ">= 0.8" } }, do: [ hide ] }\n'
    ruleset = parse({"a.yaml": rules}, {}, {}).ruleset
    assert ruleset is not None
    told = explain("you are odd", ruleset)
    assert told.near == ("nasty: the score of mood is not known (limit >= 0.8)",)
    assert explain_rule("you are odd", "nasty", ruleset).parts[0].text == "the score of mood is not known (limit >= 0.8)"
