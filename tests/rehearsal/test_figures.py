"""The summary counts what is true on both sides of the wire."""

from typing import Any

from bot.ports import Tally
from bot.rehearsal.figures import Truth, figures, lines, share


def said(
    text: str, status: str = "public", *, label: str = "", exposure: float | None = None, by_api: bool = False
) -> dict[str, Any]:
    return {"text": text, "status": status, "label": label, "exposure": exposure, "by_api": by_api}


CALLS = {"total": 40, "peak_minute": 30}


def test_counts() -> None:
    messages = [
        said("hello", label="fine"),
        said("heck", "hidden", label="bad", exposure=0.3),
        said("h3ck", "hidden", label="bad", exposure=0.1),
        said("darn", label="bad"),
        said("lovely", "hidden", label="fine", exposure=0.2),
        said("Why?", "approved"),
        said("Welcome!", by_api=True),
    ]
    asked = [("a", "Tea?"), ("a", "Tea?"), ("a", "Coffee?"), ("b", "Tea?")]  # the same question in another event is no double
    polls = [{"event": event, "question": question} for event, question in asked]
    tally = Tally(messages=6, judged=6, outcomes={"hold": 2}, entries={"failed": 1, "done": 4}, by_rule={"swearing": 3})
    result = figures(Truth(messages, polls, CALLS), tally, 3000)
    assert (result.messages, result.hidden, result.approved, result.held, result.posts, result.polls) == (6, 3, 1, 2, 1, 4)
    assert (result.missed, result.wrong, result.doubled, result.failed) == (("darn",), ("lovely",), 1, 1)
    assert (result.calls, result.calls_peak, result.exposures) == (40, 30, (0.1, 0.2, 0.3))
    text = "\n".join(lines(result))
    assert "at most 30 in any minute of the 3000 allowed" in text
    assert "p50 0.20 s, p95 0.30 s" in text
    assert "'darn'" in text
    assert "'lovely'" in text


def test_an_empty_show_has_a_summary_too() -> None:
    text = "\n".join(lines(figures(Truth([], [], {"total": 0, "peak_minute": 0}), Tally(), 3000)))
    assert "nothing was hidden" in text
    assert "missed" not in text


def test_share() -> None:
    assert share([], 0.5) is None
    assert share([1.0], 0.95) == 1.0
    assert share([float(n) for n in range(100)], 0.95) == 95.0
