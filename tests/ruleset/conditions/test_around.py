"""author, surface, event, poll, raid, between, question, score, script, personal_data, and the words that are not available."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.domain.history import Remembered
from bot.domain.signals import Author
from tests.ruleset.asking import ANN, LIVE, NOW, Asked, ask, holds, problems_of, trusted


@pytest.mark.parametrize(
    ("condition", "levels"),
    [
        ("{ author: { trust: team } }", ["team"]),
        ("{ author: { trust: [new, regular] } }", ["new", "regular"]),
        ('{ author: { trust: ">= regular" } }', ["regular", "trusted", "team"]),
        ('{ author: { trust: "< trusted" } }', ["new", "regular"]),
    ],
)
def test_trust(condition: str, levels: list[str]) -> None:
    assert [level for level in ("new", "regular", "trusted", "team") if ask(condition, "x", **trusted(level)).holds] == levels


def test_what_is_known_of_the_author() -> None:
    known = {"messages": 10, "hidden": 5, "first": NOW - 60, "last": NOW, "labels": ["helper"], "signed_up": NOW - 30}
    new: dict[str, object] = {}
    pairs = [
        ('{ author: { messages: "< 3" } }', new, known),
        ("{ author: { first_message: true } }", new, known),
        ("{ author: { first_message: false } }", known, new),
        ('{ author: { seen_for: ">= 1m" } }', known, new),
        ('{ author: { seen_for: "< 1m" } }', new, known),
        ('{ author: { hidden_share: ">= 50%" } }', known, new),
        ("{ author: { label: helper } }", known, new),
        ("{ author: { signed_up: true } }", known, new),
        ("{ author: { signed_up: false } }", new, known),
        ('{ author: { signed_up: "< 1m" } }', known, new),
    ]
    for condition, fits, fails in pairs:
        assert ask(condition, "x", author=fits).holds, condition
        assert not ask(condition, "x", author=fails).holds, condition


def test_names_and_addresses() -> None:
    for condition in (
        '{ author: { name: "a*" } }',
        "{ author: { email: '*@EXAMPLE.test' } }",
        "{ author: { domain: example.test } }",
    ):
        assert ask(condition, "x", by=ANN).holds, condition
        assert not ask(condition, "x", by=Author("Bob", "bob@elsewhere.test")).holds, condition
        assert not ask(condition, "x", by=Author()).holds, condition
    assert not ask("{ author: { domain: ample.test } }", "x", by=ANN).holds


def test_strikes_that_still_count() -> None:
    asked = Asked('{ author: { strikes: ">= 3" } }')
    asked.history.apply({("strikes", ANN.key): Remembered([[NOW - 1, 5, "r"], [NOW + 1, 2, "r"]])})
    assert not asked.say("x").holds
    asked.history.apply({("strikes", ANN.key): Remembered([[NOW + 1, 2, "r"], [NOW + 1, 1, "r"]])})
    assert asked.say("x").holds
    assert ask("{ author: { strikes: 0 } }", "x").holds


def test_all_keys_of_author_must_hold() -> None:
    condition = '{ author: { trust: new, name: "a*" } }'
    assert ask(condition, "x", by=ANN, trust="new").holds
    assert not ask(condition, "x", by=ANN, trust="team").holds


def test_what_is_going_on() -> None:
    assert ask("{ surface: qa }", "x", surface="qa").holds
    assert not ask("{ surface: qa }", "x").holds
    assert ask("{ surface: [chat, qa] }", "x").holds
    assert ask("{ event: { phase: on_air, chat: true } }", "x").holds
    assert ask("{ event: { status: [idle, live] } }", "x").holds
    assert not ask("{ event: { phase: [before, over] } }", "x").holds
    assert not ask("{ event: { qa: false } }", "x").holds
    assert [ask("{ poll: open }", "x", poll_open=state).holds for state in (True, False)] == [True, False]
    assert [ask("{ poll: closed }", "x", poll_open=state).holds for state in (True, False)] == [False, True]
    assert [ask("{ raid: true }", "x", raid=state).holds for state in (True, False)] == [True, False]
    assert [ask("{ raid: false }", "x", raid=state).holds for state in (True, False)] == [False, True]


def test_between_two_moments() -> None:
    for condition in ('{ between: "live..live+10m" }', "{ between: [start, end-5m] }"):
        assert ask(condition, "x").holds, condition
    assert not ask('{ between: "live..live+5m" }', "x").holds
    assert ask('{ between: "live..live+5m" }', "x", at=-0.1).holds
    assert not ask('{ between: "live..live+10m" }', "x", event=replace(LIVE, live_since=None)).holds


def test_questions() -> None:
    asks = [
        "Where are the slides?",
        "how do i get the slides",
        "Is there a recording",
        "Wann ist die Pause",
        "anyone know the link",
    ]
    none = ["see http://x.test/?q=1", "what a talk", "when it ends we leave", "thanks!", "???", "how cool"]
    assert holds("{ question: true }", asks) == [True] * len(asks)
    assert holds("{ question: true }", none) == [False] * len(none)
    assert holds("{ question: false }", none) == [True] * len(none)


def test_scores() -> None:
    asked = Asked('{ score: ">= 6" }')
    assert asked.say("x", cache={"scores": {"": 2.0, "heat": 4.0}}).note == "score 6 (limit >= 6)"
    assert not asked.say("x", cache={"scores": {"heat": 4.0}}).holds
    assert asked.say("x", cache={"scores": {"heat": 5.0}}).near == "score 5 of 6"
    assert not asked.say("x").holds
    named = Asked('{ score: { heat: ">= 4" } }')
    assert named.say("x", cache={"scores": {"heat": 4.0}}).holds
    assert not named.say("x", cache={"scores": {"": 9.0}}).holds


def test_scripts() -> None:
    mixed = ["pаypal", "hellο there"]
    pure = ["paypal", "привет", "hello привет", "東京タワー", "Ωmega3 and α"]
    assert holds("{ script: mixed }", mixed) == [True, True]
    assert holds("{ script: mixed }", pure[:4]) == [False] * 4
    assert ask("{ script: mixed }", "my pаypal").spans == ((3, 9),)
    assert holds("{ script: cyrillic }", ["привет", "hello"]) == [True, False]
    assert holds("{ script: { not_in: [latin] } }", ["привет", "hello"]) == [True, False]


def test_personal_data() -> None:
    caught = {
        "email": ["write to ann@example.test", "ann.b+c@mail.example.test"],
        "phone": ["call +44 20 7946 0123", "0171 1234567", "(555) 010-0123", "555-010-0123", "01 23 45 67 89", "01.23.45.67.89"],
        "card": ["4111 1111 1111 1111", "5500-0000-0000-0004"],
        "iban": ["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432 please"],
    }
    left = [
        "at 2024-05-04 14:05",
        "192.168.100.200",
        "10 000 000 000",
        "order 4111 1111 1111 1112",
        "in 1990-2000",
        "version 1.2.3",
        "DE00 3704 0044 0532 0130 00",
        "meet @ann",
        "1111111111111111",
    ]
    for kind, texts in caught.items():
        assert holds(f"{{ personal_data: {kind} }}", texts) == [True] * len(texts), kind
    assert holds("{ personal_data: [email, phone, card, iban] }", left) == [False] * len(left)
    finding = ask("{ personal_data: any }", "my card 4111 1111 1111 1111, ann@example.test")
    assert finding.spans == ((8, 27), (29, 45))
    assert finding.note == "personal data: email, card"


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ("{ author: {} }", "says nothing about the author"),
        ("{ author: { trust: boss } }", "is no step of trust"),
        ("{ author: { messages: few } }", "is no comparison"),
        ("{ author: { seen_for: 10 } }", "a comparison with a duration"),
        ("{ author: { karma: 3 } }", "unknown key 'karma'"),
        ("{ author: { domain: here } }", "is no domain"),
        ("{ surface: chet }", "did you mean 'chat'?"),
        ("{ surface: [] }", "an empty list says nothing"),
        ("{ event: {} }", "says nothing about the event"),
        ("{ event: { phase: on-air } }", "did you mean 'on_air'?"),
        ("{ poll: yes }", "write open or closed"),
        ("{ raid: big }", "true or false"),
        ("{ between: live }", 'write it like "live..live+10m"'),
        ("{ between: [soon, later] }", "is no moment"),
        ("{ question: maybe }", "true or false"),
        ("{ score: high }", "is no comparison"),
        ("{ script: latn }", "did you mean 'latin'?"),
        ("{ script: {} }", "says nothing"),
        ("{ personal_data: mail }", "write any of email phone card iban"),
        ("{ personal_data: [] }", "write any of"),
    ],
)
def test_broken_input(condition: str, says: str) -> None:
    assert any(says in told for told in problems_of(condition)), problems_of(condition)
