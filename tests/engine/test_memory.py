"""How long a message is remembered."""

from __future__ import annotations

import pytest

from bot.domain.history import Draft, History
from bot.domain.signals import Author, Message
from bot.engine.memory import ACTED_LONGEST, SEEN_LONGEST, note_seen

MESSAGE = Message("ev1", "m1", "chat", "hello", Author("Ann", "ann@example.test"), "public")
ACTED = {"changed": [["status", "m1", "hidden"]]}


@pytest.mark.parametrize(
    ("first", "then", "until"),
    [
        ({}, {}, 500.0 + SEEN_LONGEST),
        ({}, ACTED, 500.0 + ACTED_LONGEST),
        (ACTED, {}, 100.0 + ACTED_LONGEST),
        (ACTED, ACTED, 500.0 + ACTED_LONGEST),
    ],
)
def test_an_edit_never_shortens_it(first: dict[str, object], then: dict[str, object], until: float) -> None:
    draft = Draft(History())
    note_seen(draft, MESSAGE, "m1:a", first, 100.0, 0.0)
    note_seen(draft, MESSAGE, "m1:b", then, 500.0, 0.0)
    item = draft.find(("seen", "m1"))
    assert item is not None
    assert (item.value[5], item.until) == ("m1:b", until)
