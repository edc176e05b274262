from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.signals import Author, Message
from bot.store.person import Person, about, decision_without, gone_of, mentions, pid_of, sentence_without, without

ANN = Person.of(" Ann@Example.test ", "fake-secret").knowing(
    [Message("ev1", "m1", "chat", "I live in Foo Street 7", Author("Ann Lee", "ann@example.test"))]
)


def test_pseudonym_depends_on_the_secret_and_not_on_how_the_address_is_written() -> None:
    assert pid_of("ANN@example.test ", "one") == pid_of("ann@example.test", "one") != pid_of("ann@example.test", "two")
    assert ANN.gone == gone_of(pid_of("ann@example.test", "fake-secret"))


@pytest.mark.parametrize("other", ["joann@example.test", "x.ann@example.test", "ann@example.tests", "ann@example.test.org"])
def test_addresses_that_only_look_like_it_are_others(other: str) -> None:
    assert not mentions([other], ANN)
    assert without({"email": other}, ANN) == {"email": other}


@pytest.mark.parametrize("text", ["email:ann@example.test", "write to Ann@Example.Test.", "<ann@example.test>"])
def test_the_address_goes_wherever_it_stands(text: str) -> None:
    assert mentions({"a": [text]}, ANN)
    assert "example.test" not in json.dumps(without({"a": [text], text: 1}, ANN)).lower()


def test_names_and_words_go_beside_the_address_only() -> None:
    value = [["e1", 2, "ann@example.test", "Ann Lee", 9.0], ["e2", 1, "bob@example.test", "Ann Lee", 9.0]]
    assert without(value, ANN) == [["e1", 2, ANN.gone, "", 9.0], ["e2", 1, "bob@example.test", "Ann Lee", 9.0]]
    seen = ["chat", "email:ann@example.test", "Ann Lee", "public", "I live in Foo Street 7", "m1:ab", {}]
    assert without(seen, ANN) == ["chat", ANN.gone, "", "public", "", "m1:ab", {}]


def test_our_own_words_survive_a_strange_name() -> None:
    odd = Person.of("x@example.test", "s").knowing([Message("e", "m2", "chat", "hide", Author("chat", "x@example.test"))])
    assert without(["chat", "email:x@example.test", "chat", "hide"], odd) == ["chat", odd.gone, "chat", "hide"]


def test_a_decision_keeps_why_and_loses_words() -> None:
    match = {"rule": "streets", "text": "Foo Street", "span": [10, 20]}
    verdict = {"rule": "streets", "effects": [{"hide": True}], "matches": [match], "notes": ["Foo"]}
    facts = {"changed": [["strike", "email:ann@example.test"]]}
    body = {"id": "m1:ab", "ref": "m1", "outcome": "hide", "verdicts": [verdict], "near": ["quotes Foo Street"], "facts": facts}
    cleaned = decision_without(body, ANN)
    assert "Foo" not in json.dumps(cleaned)
    assert "ann@" not in json.dumps(cleaned)
    (left,) = cleaned["verdicts"]
    assert (cleaned["outcome"], left["rule"], left["matches"][0]["span"]) == ("hide", "streets", [10, 20])


def test_a_sentence_of_the_bot_loses_name_and_quotation() -> None:
    told = sentence_without("1. Ann Lee 7 points; she said 'I live in Foo Street 7' (ann@example.test), Joann Leeds 3", ANN)
    assert told == f"1. [forgotten] 7 points; she said '[forgotten]' ({ANN.gone}), Joann Leeds 3"


def test_rows_of_others_are_not_handed_out() -> None:
    votes = {"counts": [1, 1], "votes": [["e1", 0, "ann@example.test", "Ann", 1.0], ["e2", 1, "bob@example.test", "Bob", 2.0]]}
    assert about(votes, ANN) == {"counts": [1, 1], "votes": [["e1", 0, "ann@example.test", "Ann", 1.0]]}
    words = {"words": {"sun": {"shown": "Sun", "by": ["email:ann@example.test", "name:bob"]}}}
    assert about(words, ANN) == {"words": {"sun": {"shown": "Sun", "by": ["email:ann@example.test"]}}}
    assert about({"name:bob": 5, "email:ann@example.test": 6}, ANN) == {"email:ann@example.test": 6}
    assert about({"author": "name:bob", "text": "x"}, ANN) is None


_WORDS = st.sampled_from(["email:ann@example.test", "ANN@example.test", "m1", "Ann Lee"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | _WORDS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["ref", "ann@example.test"]), inner),
    max_leaves=20,
)


@given(_JSON)
def test_nothing_of_the_address_is_ever_left(value: Any) -> None:
    left = without(value, ANN)
    assert ANN.address.search(json.dumps(left)) is None
    assert without(left, ANN) == left


@given(_JSON)
def test_who_is_not_mentioned_changes_nothing(value: Any) -> None:
    if not mentions(value, ANN):
        assert without(value, ANN) == value
