"""Who may be named: pseudonyms that no list turns back, and texts without names."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import author_key
from bot.reports.names import Mask, Naming

PEOPLE = [
    ("Ann Example", "ann@example.test"),
    ("Bo", "bo@example.test"),
    ("Will Day", ""),
    ("Straße", "s@example.test"),
    ("Νικος", ""),
]
letters = st.text("abcdefghijklmnopqrstuvwxyzäöüéıßσ", min_size=3, max_size=12)


def test_a_pseudonym_holds_for_one_event_and_all_spellings() -> None:
    here, there = Naming("hashed", "fake-secret-1"), Naming("hashed", "fake-secret-2")
    ann = here.person("Ann", "ann@example.test")
    assert ann == here.person("Annie", " ANN@Example.test")
    assert (ann.name, ann.email) == ("", "")
    assert ann.id != there.person("Ann", "ann@example.test").id
    assert ann.id != here.person("Ann", "").id


@pytest.mark.parametrize("method", ["md5", "sha1", "sha256", "sha512"])
def test_a_list_of_addresses_turns_no_pseudonym_back(method: str) -> None:
    shown = Naming("hashed", "fake-secret").person("Ann", "ann@example.test").id.removeprefix("p-")
    guesses = ["ann@example.test", author_key("", "ann@example.test"), "spring" + "ann@example.test"]
    assert all(not hashlib.new(method, guess.encode()).hexdigest().startswith(shown[:6]) for guess in guesses)


def test_staff() -> None:
    assert Naming("named").staff("person:anna") == "person anna"
    assert Naming("hashed", "fake").staff("person:anna").startswith("person t-")
    assert Naming("aggregate").staff("person:anna") == "a person"
    assert Naming("aggregate").staff("platform") == "platform"
    assert Naming("hashed", "fake").staff("poll:role") == "poll role"


def test_small_groups_are_left_out_of_aggregates_only() -> None:
    assert [Naming("aggregate").group(n) for n in (0, 1, 4, 5, None)] == [0, None, None, 5, None]
    assert Naming("hashed", "fake").group(1) == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("thanks ann example!", "thanks [name]!"),
        ("Ann: look", "[name]: look"),
        ("an annual plan", "an annual plan"),
        ("I will ask Will", "I will ask [name]"),
        ("mail ANN@example.test or who.ever@else.example.", "mail [e-mail] or [e-mail]"),
        ("xann@example.testx", "[e-mail]"),
        ("Bo", "Bo"),
        ("die Straße", "die [name]"),
        ("ΝΙΚΟΣ und İ", "[name] und İ"),
        ("nobody here", "nobody here"),
    ],
)
def test_texts_are_masked(text: str, shown: str) -> None:
    assert Mask(PEOPLE).hide(text) == shown


@given(
    st.lists(letters, min_size=1, max_size=4),
    st.lists(st.sampled_from(["hello", ",", "-", "(", "A1", "ok"]), max_size=5),
    st.data(),
)
def test_no_known_name_is_left_standing_alone(names: list[str], words: list[str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(names))
    text = " ".join([*words, name.title(), *words, name.upper() if len(name.upper()) == len(name) else name])
    hidden = Mask([(one, "") for one in names]).hide(text)
    assert not {part.lower() for part in hidden.split()} & {one.lower() for one in names}


@given(st.text())
def test_any_text_can_be_masked(text: str) -> None:
    assert Mask([]).hide(text) == text or "@" in text
