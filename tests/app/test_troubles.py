"""What lasts is told once, and that it is over."""

from __future__ import annotations

import pytest

from bot.app.troubles import LASTS, LOOK, Trouble, TroubleWatch, trouble_of
from bot.clock import Clock


class Hand(Clock):
    """A clock moved by hand."""

    at = 0.0

    def monotonic(self) -> float:
        return self.at


def played(course: list[list[Trouble]]) -> list[tuple[float, str, bool]]:
    clock, told = Hand(), list[tuple[float, str, bool]]()
    coming = iter(course)
    watch = TroubleWatch(lambda: next(coming), lambda text, urgent: told.append((clock.at, text, urgent)), clock)
    for step in range(len(course)):
        clock.at = step * LOOK
        watch.look()
    return told


SILENT = Trouble("main: chat of show has not been read", "503")


def test_what_lasts_is_told_once_and_its_end_too() -> None:
    assert played([[SILENT]] * 6 + [[]] * 2) == [
        (LASTS, "main: chat of show has not been read: 503", True),
        (6 * LOOK, "works again: main: chat of show has not been read", False),
    ]


def test_what_goes_away_by_itself_is_no_alert() -> None:
    assert played([[SILENT], [SILENT], [], [SILENT], [SILENT], []]) == []


def test_details_that_change_are_no_news() -> None:
    course = [[Trouble(SILENT.what, f"error {step}")] for step in range(20)]
    assert len(played(course)) == 1


@pytest.mark.parametrize(
    ("reason", "what", "detail"),
    [
        ("main: chat of show has not been read: 503: busy", "main: chat of show has not been read", "503: busy"),
        ("main: nothing is sent: no right", "main: nothing is sent", "no right"),
        ("the database is away", "the database is away", ""),
    ],
)
def test_reasons_are_known_again_by_their_beginning(reason: str, what: str, detail: str) -> None:
    assert trouble_of(reason) == Trouble(what, detail)
