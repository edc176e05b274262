"""Rules switched, saves looked at, many acts taken back, offers and reasons: over HTTP, with the whole bot."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.control.living import Living, living_bot


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Living]:
    with living_bot(tmp_path) as living:
        yield living


def status_of(bot: Living, ref: str) -> str:
    rows = bot.api("GET", "messages").data["messages"]
    return str(next(row["wanted"] or row["status"] for row in rows if row["ref"] == ref))


def test_undo_of_a_rule_with_preview(bot: Living) -> None:
    plan = bot.api("POST", "undo?preview=1&event=show", {"rule": "swearing"})
    assert plan.status == 200
    assert [turn["ref"] for turn in plan.data["messages"]] == [bot.hidden]
    assert (plan.data["nothing"], plan.data["decision"]) == (False, "")
    done = bot.api("POST", "undo?event=show", {"rule": "swearing"}).data
    assert done["done"]
    assert done["decision"].startswith("act-")
    again = bot.api("POST", "undo?event=show", {"rule": "swearing"}).data
    assert (again["nothing"], again["decision"]) == (True, "")


def test_undo_needs_to_know_what(bot: Living) -> None:
    answer = bot.api("POST", "undo", {})
    assert (answer.status, "rule, author, since" in answer.data["detail"]) == (422, True)
    assert bot.api("POST", "undo", {"rule": "swearing"}, role="viewer").status == 403
    assert bot.api("POST", "undo?event=nowhere", {"rule": "swearing"}).status == 404


@pytest.mark.parametrize("verb", ["disable", "shadow", "act", "enable", "confirm"])
def test_a_rule_is_switched(bot: Living, verb: str) -> None:
    answer = bot.api("POST", f"rules/swearing/{verb}")
    assert (answer.status, answer.data["events"]) == (200, ["show"])
    assert bot.api("POST", f"rules/nothing/{verb}").status == 404


def test_a_rule_in_shadow_no_longer_hides_and_says_so(bot: Living) -> None:
    assert bot.api("POST", "rules/swearing/shadow").data["mode"] == "shadow"
    why = bot.api("GET", f"decisions/{_decision(bot)}/why?rule=swearing").data
    assert why["fired"]
    assert "heck" in why["rule_text"]
    assert bot.api("GET", f"decisions/{_decision(bot)}/why?rule=nothing").status == 200


def _decision(bot: Living) -> str:
    return str(bot.api("GET", f"decisions?ref={bot.hidden}").data["decisions"][0]["id"])


def test_what_the_files_on_disk_would_change(bot: Living, tmp_path: Path) -> None:
    assert bot.api("POST", "rules/replay").data["channels"]["main"]["more"] == 0
    rules = bot.api("GET", "rules").data["channels"][0]
    assert (rules["in_shadow"], rules["last_save"]["looked_at"]) == ([], 0)


def test_offers_of_a_rule_that_only_suggests(bot: Living) -> None:
    assert bot.api("GET", "offers?event=show").data == {"event": "show", "offers": []}
    assert bot.api("POST", f"decisions/{_decision(bot)}/accept").data["note"].startswith("there is nothing to accept")
    assert bot.api("POST", "decisions/none/dismiss").status == 404


@pytest.mark.parametrize(("format_", "kind"), [("html", "text/html"), ("csv", "application/zip"), ("json", "application/json")])
def test_the_report_is_handed_out(bot: Living, format_: str, kind: str) -> None:
    answer = bot.api("GET", f"report?event=show&format={format_}")
    assert (answer.status, answer.kind) == (200, kind)
    assert b"Ann" in answer.body or format_ == "csv"
    looker = bot.api("GET", f"report?event=show&format={format_}&names=named", role="viewer")
    assert b"Ann" not in looker.body
    assert bot.api("GET", "report?event=nowhere").status == 404
    assert bot.api("GET", "report?event=show&format=csv&table=nothing").status == 404


SUGGESTS = """
rules:
  - id: swearing
    mode: suggest
    if: { word: [heck] }
    do: [ hide ]
"""


@pytest.mark.parametrize(("verb", "status"), [("accept_all", "hidden"), ("dismiss_all", "public")])
def test_everything_that_a_rule_has_waiting_is_done_or_dropped(tmp_path: Path, verb: str, status: str) -> None:
    with living_bot(tmp_path, rules=SUGGESTS) as bot:
        assert len(bot.api("GET", "offers?event=show").data["offers"]) == 1
        answer = bot.api("POST", f"rules/swearing/{verb}", role="moderator")
        assert (answer.status, answer.data["events"]) == (200, ["show"])
        assert answer.data["notes"][0].startswith("1 offers of rule swearing were ")
        assert bot.api("GET", "offers?event=show").data["offers"] == []
        assert status_of(bot, bot.hidden) == status
        assert bot.api("POST", f"rules/nothing/{verb}").status == 404
        assert bot.api("POST", f"rules/swearing/{verb}", role="viewer").status == 403
