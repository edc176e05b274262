"""The glance at two units, with which most places are passed by, passes by no word."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ruleset.matcher.lexicon import Lexicons
from bot.ruleset.matcher.reader import Budget, Find, _from, finds
from bot.ruleset.matcher.units import Units, units_of

WORDS = st.sets(
    st.tuples(st.text("abcehiklmnoprtuvw", min_size=1, max_size=5), st.sampled_from(["whole", "head", "tail", "inner"])),
    min_size=1,
    max_size=12,
)
TEXTS = st.text("abcehiklmnoprtuvw013@$!|()/\\.-_* фоеα", min_size=1, max_size=24)


def looked_at_everywhere(units: Units, lexicons: Lexicons, *, passing: bool) -> list[Find]:
    """Each place read to its end."""
    found: list[Find] = []
    for first, options in enumerate(units.options):
        if options and (first == 0 or units.kinds[first - 1] != "l"):
            found += _from(first, units, lexicons.edged, Budget(10**9), passing)
        if options:
            found += _from(first, units, lexicons.free, Budget(10**9), passing)
    return found


@settings(max_examples=300)
@given(WORDS, TEXTS, st.booleans())
def test_nothing_is_passed_by(words: set[tuple[str, str]], text: str, passing: bool) -> None:
    lexicons = Lexicons.of(words)
    for units in (units_of(text), units_of(text).backwards()):
        assert finds(units, lexicons, Budget(10**9), passing=passing) == looked_at_everywhere(units, lexicons, passing=passing)


def test_a_word_of_one_letter_is_read() -> None:
    found = finds(units_of("x"), Lexicons.of([("x", "whole")]), Budget(100), passing=True)
    assert [(find.word, find.first, find.last) for find in found] == [("x", 0, 1)]
