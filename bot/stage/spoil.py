"""Spoilt answers: rows repeated, values of the wrong type, bodies cut or garbled (reliability.md A10, A13)."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from bot.stage.wire import Answer

_ODD: tuple[Any, ...] = (None, "NaN", [], {"a": 1}, -1, True, "\u202e", 3.5)
HTML = b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"


def with_repeated_rows(answer: Answer, dice: random.Random) -> Answer:
    """Some rows of the page once more, at other places."""
    if not answer.rows or not answer.payload:
        return answer
    rows = list(answer.payload)
    for row in dice.sample(rows, max(1, len(rows) // 4)):
        rows.insert(dice.randrange(len(rows) + 1), dict(row))
    return replace(answer, payload=rows)


def with_wrong_types(answer: Answer, dice: random.Random) -> Answer:
    """Some rows lose their shape: a value of another type, a key that is gone, or a row that is no object at all."""
    if answer.rows:
        return replace(answer, payload=[_odd_row(row, dice) if dice.random() < 0.3 else row for row in answer.payload])
    if isinstance(answer.payload, dict):
        return replace(answer, payload=_odd_row(answer.payload, dice))
    return answer


def _odd_row(row: dict[str, Any], dice: random.Random) -> Any:
    if not row or dice.random() < 0.1:
        return dice.choice(_ODD)
    key = dice.choice(sorted(row))
    if dice.random() < 0.3:
        return {name: value for name, value in row.items() if name != key}
    return {**row, key: dice.choice(_ODD)}


def spoilt(fault: str, body: bytes, dice: random.Random) -> tuple[bytes, str] | None:
    """Body and content type for the faults that spoil bytes, None for others."""
    if fault == "empty":
        return b"", "application/json"
    if fault == "html_200":
        return HTML, "text/html"
    if fault == "truncated":
        return body[: dice.randrange(max(1, len(body)))], "application/json"
    if fault == "garbled":
        start = dice.randrange(max(1, len(body)))
        return body[:start] + bytes(dice.randrange(256) for _ in range(24)) + body[start + 24 :], "application/json"
    return None
