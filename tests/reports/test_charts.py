"""Charts say what the numbers say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.reports.charts import HEIGHT, MOST_BARS, chart, nice, shares, together
from bot.reports.visible import lasted, visible, zone_of

minutes = st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 500)), max_size=200, unique_by=lambda one: one[0]).map(
    lambda found: [(at * 60.0, float(value)) for at, value in sorted(found)]
)


@given(minutes)
def test_nothing_is_lost_in_buckets(rows: list[tuple[float, float]]) -> None:
    _, summed = together(rows, largest=False)
    _, largest = together(rows, largest=True)
    assert sum(one.value or 0 for one in summed) == sum(value for _, value in rows)
    assert max((one.value or 0 for one in largest), default=0) == max((value for _, value in rows), default=0)
    assert len(summed) <= MOST_BARS + 1


@given(minutes)
def test_bars_are_in_proportion_and_within_the_picture(rows: list[tuple[float, float]]) -> None:
    drawn = chart(rows)
    for bar in drawn.bars:
        assert 0 <= bar.height <= HEIGHT
        assert abs(bar.height - HEIGHT * (bar.bucket.value or 0) / drawn.ticks[0]) < 0.01
        assert abs(bar.y + bar.height - HEIGHT) < 0.011


@given(st.floats(0, 1e9))
def test_the_scale_holds_the_peak_and_can_be_halved(peak: float) -> None:
    assert nice(peak) >= peak
    assert nice(peak) % 2 == 0


def test_a_line_is_open_where_nothing_is_known() -> None:
    drawn = chart([(0.0, 4.0), (60.0, 6.0), (120.0, None), (180.0, 8.0)], line=True)
    assert [len(line.split()) for line in drawn.lines] == [2, 2]
    assert drawn.peak is not None
    assert drawn.peak.value == 8.0


def test_nothing_makes_an_empty_chart() -> None:
    assert (chart([]).bars, chart([]).peak) == ((), None)


def test_the_longest_bar_fills_the_width() -> None:
    assert [
        one.length for one in shares([("a", 4.0, "4", "", False), ("b", 1.0, "1", "", False), ("c", None, "–", "", False)])
    ] == [100, 25, 0]


@given(st.text(st.characters(exclude_categories=())))
def test_visible_text_has_nothing_that_turns_or_controls(text: str) -> None:
    shown = visible(text)
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\0\x1b")
    shown.encode("utf-8")


def test_towers_of_marks_are_cut() -> None:
    assert visible("Z" + "\u0301" * 40) == "Z" + "\u0301" * 3


def test_families_stay_together() -> None:
    assert visible("👩\u200d💻") == "👩\u200d💻"


def test_unknown_zones_are_utc() -> None:
    assert str(zone_of("Nowhere/Land")) == "UTC"
    assert str(zone_of("../etc/passwd")) == "UTC"
    assert lasted(None) == "–"
