"""The glance rules out only what cannot hold and is not nearly met either."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.history import History
from bot.domain.signals import Message, Surface
from bot.engine.evaluate import judge
from bot.engine.plan import plan_of
from bot.ruleset.facts import Facts
from bot.ruleset.glance import CHAT, LINKED, NOTHING, QA, TELLING, UNUSUAL, Glance, all_of, any_of, glance
from bot.ruleset.logic import least_of
from tests.ruleset.asking import ANN, LIVE, NOW, Asked, rules_of

CONDITIONS = (
    "{ link: true }",
    "{ link: false }",
    '{ links: ">= 2" }',
    '{ links: "< 2" }',
    "{ domain_in: [x.test, evil.nowhere] }",
    "{ domain_not_in: [x.test] }",
    "{ link_mismatch: true }",
    "{ link_mismatch: false }",
    "{ personal_data: any }",
    "{ zalgo: true }",
    '{ zalgo: "< 2" }',
    '{ emoji: ">= 2" }',
    '{ length: "10..20" }',
    '{ length: ">= 20" }',
    '{ length: "< 5" }',
    "{ caps: { share: 70%, min_length: 6 } }",
    "{ symbols: { share: 60%, min_length: 6 } }",
    "{ surface: qa }",
    "{ surface: [chat, qa] }",
    "{ any: [ { surface: qa }, { link: true } ] }",
    '{ at_least: { n: 2, of: [ { link: true }, { emoji: ">= 1" }, { length: ">= 12" } ] } }',
    "{ none: [ { link: true } ] }",
    "{ surface: chat, none: [ { length: '< 3' } ] }",
)
RULES = rules_of("rules:\n" + "".join(f"  - {{ id: r{n}, if: {one}, do: [ flag ] }}\n" for n, one in enumerate(CONDITIONS)))
PIECES = (
    *(
        "x.test",
        "https://x.test/a",
        "evil . nowhere",
        "evil. club",
        "x [dot] com",
        "x dot com",
        "hxxp[:]//x.test",
        "a.b",
        "end. So",
    ),
    *("ann@example.test", "ann (at) example.test", "4111 1111 1111 1111", "12345678", "+44 20 7946 0018", "i. e.", "...", "/", "."),
    *("[x.test](https://evil.test)", "<a href='https://x.test'>y.test</a>", "&#46;", "%2e", "x&#46;test", "x%2etest", "。"),
    *("HELLO THERE", "hello", "!!!", "🙂", "h\u0301\u0301\u0301\u0301", "x．test", "\u200b", " ", "\n", "\t", "dot", "DOT"),
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=6).flatmap(
    lambda pieces: st.sampled_from(["", " ", "  "]).map(lambda between: between.join(pieces))
)


@given(TEXTS, st.sampled_from(["chat", "qa"]))
def test_asking_fewer_rules_gives_the_same_answers(text: str, surface: Surface) -> None:
    plan = plan_of(RULES)

    def asked(*, thorough: bool) -> tuple[list[str], list[str]]:
        facts = Facts(Message("ev", "m", surface, text, ANN), LIVE, NOW, History(), RULES.matcher.scan(text))
        said = judge(plan, facts, thorough=thorough)
        return [verdict.rule for _, verdict in said.verdicts], said.near

    assert asked(thorough=False) == asked(thorough=True)


def test_most_messages_need_few_rules() -> None:
    plan = plan_of(RULES)
    ids = [plan.rules[position].rule.id for position in plan.candidates((), glance("hello all", "chat"))]
    asked = [CONDITIONS[int(name[1:])] for name in ids]
    assert "{ link: true }" not in asked
    assert "{ personal_data: any }" not in asked
    assert "{ link: false }" in asked


@pytest.mark.parametrize(
    ("text", "traits"),
    [
        ("hello all", CHAT),
        ("a stop. Then more", CHAT),
        ("see x.test", CHAT | LINKED),
        ("ann@example.test", CHAT | LINKED | TELLING),
        ("call 0123 45678", CHAT | TELLING),
        ("olé", CHAT | UNUSUAL),
    ],
)
def test_what_a_message_shows(text: str, traits: int) -> None:
    assert glance(text, "chat") == Glance(traits, len(text))


def test_several_conditions_take_together_what_each_takes() -> None:
    one, other = Glance(QA | LINKED, 5), Glance(QA, 9)
    assert all_of([one, other]) == Glance(QA | LINKED, 9)
    assert any_of([one, other]) == Glance(QA, 5)
    assert any_of([]) == all_of([]) == NOTHING


def test_a_condition_without_a_word_about_it_is_always_asked() -> None:
    assert least_of(Asked('{ words: ">= 3" }').rule.condition) == NOTHING
