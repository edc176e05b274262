"""Folding: what each level undoes, the way back, and its limits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ruleset.fold import CAP, fold, skeleton, strong_text

LEVELS = ("off", "basic", "strong")
TEXTS = st.text(st.one_of(st.characters(), st.sampled_from("aefkosuz0134@$!|*._- \u200b\u0301\ufdfaфυϲＦ𝓯ⓕ🅵&;%")), max_size=60)


@pytest.mark.parametrize(
    ("text", "basic", "strong"),
    [
        ("HeLLo", "hello", "hello"),
        ("ｆｕｌｌ", "full", "full"),
        ("𝓯𝓾𝓷", "fun", "fun"),
        ("a\u200bb\u00adc", "abc", "abc"),
        ("caf\u00e9", "caf\u00e9", "cafe"),
        ("&lt;b&gt; %41", "<b> a", "<b> a"),
        ("h e l l o", "h e l l o", "hello"),
        ("h3ll0 th3re", "h3ll0 th3re", "hello there"),
        ("heyyyyy", "heyyyyy", "hey"),
        ("сосо", "сосо", "coco"),
        ("call 12345", "call 12345", "call 12345"),
    ],
)
def test_what_the_levels_undo(text: str, basic: str, strong: str) -> None:
    assert (fold(text, "off").text, fold(text, "basic").text, fold(text, "strong").text) == (text, basic, strong)


@given(TEXTS, st.sampled_from(LEVELS))
def test_every_folded_character_has_a_place_in_the_original(text: str, level: str) -> None:
    folded = fold(text, level)  # type: ignore[arg-type]  # one of LEVELS
    assert len(folded.text) == len(folded.origin) == len(folded.stops) <= max(CAP, len(text))
    for at in range(len(folded.text)):
        start, stop = folded.span(at, at + 1)
        assert 0 <= start < stop <= len(text)


@given(TEXTS)
def test_the_quick_way_tells_the_same(text: str) -> None:
    assert strong_text(text) == fold(text, "strong").text


@given(TEXTS)
@settings(max_examples=200)
def test_a_skeleton_is_its_own_skeleton(text: str) -> None:
    bare = skeleton(text)
    assert skeleton(bare) == bare
    assert all(char.isalnum() or char == " " for char in bare)


@pytest.mark.parametrize("unit", ["a", "\ufdfa", "\u0301", "f.", "&amp;", "\u200b", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])
def test_no_text_becomes_longer_than_the_cap(unit: str) -> None:
    for level in LEVELS:
        assert len(fold(unit * 40_000, level).text) <= CAP  # type: ignore[arg-type]  # one of LEVELS


def test_padding_with_what_nobody_sees_hides_nothing() -> None:
    assert "heck" in fold("\u200b" * 9_000 + "heck", "strong").text


def test_half_a_surrogate_is_a_character_like_others() -> None:
    assert skeleton("he\ud83dck") == skeleton("he\ufffdck")
