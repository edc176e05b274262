"""What goes over the wire: a call as it was understood, an answer before it is printed, and the printing under the switches.

Knows nothing of what the answers mean. The rules printed here are B-02 (envelopes), B-13 (error bodies) and B-33 (truth, numbers).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.stage.switches import Switches

Shape = Literal["bare", "data", "note", "error", "raw"]


@dataclass(frozen=True, slots=True)
class Call:
    """A request. `fields` is what the body held; `who` is the token's id, empty when none was accepted."""

    method: str
    path: tuple[str, ...]
    query: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    json_fields: Mapping[str, Any] = field(default_factory=dict)
    """The body's fields if it was JSON, whatever B-05 says (polls and simulcast are documented as JSON)."""
    who: str = ""
    has_body: bool = False
    """Anything at all came as a body."""
    shift: int = 0
    """Rows by which a fault moves the page."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: its payload, whether the documents wrap it in `data`, and whether they show a `status` in it."""

    status: int
    payload: Any
    shape: Shape = "bare"
    with_status: bool = False
    rows: bool = False
    """The payload is a page of rows (faults may repeat some)."""
    headers: Mapping[str, str] = field(default_factory=dict)


def bare(payload: Any, status: int = 200, rows: bool = False) -> Answer:
    """A list or object that the documents show without an envelope."""
    return Answer(status, payload, "bare", rows=rows)


def raw(payload: Any, status: int = 200) -> Answer:
    """Printed as it is: other platforms than BeeStreamed, whose switches shape the payload itself."""
    return Answer(status, payload, "raw")


def data(payload: Any, status: int = 200, rows: bool = False) -> Answer:
    """`{data, status}`."""
    return Answer(status, payload, "data", with_status=True, rows=rows)


def note(text: str, more: Mapping[str, Any] | None = None, status: int = 200, *, with_status: bool = False) -> Answer:
    """`{message, …}`."""
    return Answer(status, {**(more or {}), "message": text}, "note", with_status=with_status)


def error(status: int, text: str, word: str = "", headers: Mapping[str, str] | None = None) -> Answer:
    """An error as B-13 leaves it open."""
    return Answer(status, {"message": text, "error": word or text}, "error", headers=headers or {})


def printed(answer: Answer, switches: Switches) -> tuple[bytes, str]:
    """Body and content type."""
    if answer.shape == "error":
        return _error_body(answer, switches)
    if answer.shape == "raw":
        return dumps(answer.payload), "application/json"
    payload = styled(answer.payload, switches)
    return dumps(_enveloped(payload, answer, switches)), "application/json"


def dumps(value: Any) -> bytes:
    r"""JSON without blanks; a lone surrogate inside a text (half an emoji) goes out as `\ud83d`, which is how such text travels."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":")).encode()


def styled(value: Any, switches: Switches) -> Any:
    """Truth values and numbers as the switches print them, at every depth."""
    if switches.b33_truth == "bool" and switches.b33_numbers == "number":
        return value
    if isinstance(value, dict):
        return {key: styled(each, switches) for key, each in value.items()}
    if isinstance(value, list):
        return [styled(each, switches) for each in value]
    if isinstance(value, bool):
        return {"bool": value, "number": int(value), "text": str(value).lower()}[switches.b33_truth]
    if isinstance(value, int | float) and switches.b33_numbers == "text":
        return str(value)
    return value


def _enveloped(payload: Any, answer: Answer, switches: Switches) -> Any:
    wrapped = {"documented": answer.shape == "data", "always": True, "never": False, "double": answer.shape == "data"}
    if wrapped[switches.b02_envelope]:
        payload = {"data": payload}
        if switches.b02_envelope == "double":
            payload = {"data": payload}
    shown = {"documented": answer.with_status, "always": True, "never": False}[switches.b02_status_field]
    if shown and isinstance(payload, dict):
        payload = {**payload, "status": answer.status}
    return payload


def _error_body(answer: Answer, switches: Switches) -> tuple[bytes, str]:
    kind = switches.b13_error_body
    if kind == "html":
        page = f"<html><head><title>{answer.status}</title></head><body><h1>{answer.payload['message']}</h1></body></html>"
        return page.encode(), "text/html"
    if kind == "empty":
        return b"", "text/plain"
    return dumps({kind: answer.payload[kind], "status": answer.status}), "application/json"
