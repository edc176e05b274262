from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.engagement.texts import line, one_line, quoted, short_name

from .show import IDLE, START


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("a\nb\r\nc\td", "a b c d"),
        ("a\u2028b\u2029c", "a b c"),
        ("\u202eevil\u202c", "evil"),
        ("z\u200bw", "zw"),
        ("a\x00\x1b[31m", "a[31m"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("  two   spaces ", "two spaces"),
    ],
)
def test_one_line(text: str, safe: str) -> None:
    assert one_line(text) == safe


@pytest.mark.parametrize(
    ("name", "shown"),
    [("", "Guest"), ("  ", "Guest"), ("ana", "Ana"), ("O'Neil", "O'Neil"), ("ana de la cruz", "Ana C."), ("@all", "＠all")],
)
def test_short_names(name: str, shown: str) -> None:
    assert short_name(name) == shown


@given(st.text(max_size=600))
def test_what_attendees_wrote_never_mentions_links_or_breaks_a_line(text: str) -> None:
    safe = quoted(text)
    assert len(safe) <= 80
    assert "@" not in safe
    assert "http://" not in safe.lower()
    assert "\n" not in safe
    assert quoted(safe) == safe or "…" in safe


@given(st.text(max_size=600), st.text(max_size=100))
def test_a_filled_template_is_one_line_of_at_most_400(template: str, value: str) -> None:
    text = line(template + " {winner} {time}", IDLE, START, winner=value)
    assert len(text) <= 400
    assert "\n" not in text
    assert "\x00" not in text
