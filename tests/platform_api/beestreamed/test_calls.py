"""How requests are written under each switch (B-05, B-06)."""

from __future__ import annotations

import pytest

from bot.platform_api.beestreamed.calls import Writing


@pytest.mark.parametrize(("written", "expected"), [("true", "true"), ("1", "1")])
def test_queries_leave_defaults_out(written: str, expected: str) -> None:
    call = Writing(query_true=written).get(
        "chat", {"qa": True, "page": None, "active": False, "maxResults": 100, "x": 0}, event="ev1"
    )
    assert call.query == (("qa", expected), ("maxResults", "100"), ("x", "0"))
    assert (call.method, call.path, call.name, call.kind, call.body) == ("GET", "/chat/ev1", "GET chat", "read", None)


def test_bodies_as_json_and_as_form() -> None:
    body = {"state": False, "on": True, "m": "x"}
    assert Writing().change("PATCH", "poll", body, event="e", poll="p").body == body
    form = Writing(form=True).change("PATCH", "poll", body, event="e", poll="p")
    assert (form.body, form.form, form.kind) == ({"state": "false", "on": "true", "m": "x"}, True, "act")
    digits = Writing(form=True, query_true="1").change("PATCH", "poll", body, event="e", poll="p")
    assert digits.body == {"state": "0", "on": "1", "m": "x"}


def test_what_the_documents_show_as_json_stays_json() -> None:
    call = Writing(form=True).change("POST", "polls", {"options": ["a"]}, as_json=True, event="e")
    assert (call.form, call.body) == (False, {"options": ["a"]})
