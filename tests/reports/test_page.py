"""The page is valid, loads nothing, runs nothing, and shows hostile names as what they are."""

from __future__ import annotations

import base64
import hashlib
import re
from xml.etree.ElementTree import Element

import html5lib
import pytest

from bot.ports import Outage
from bot.reports.page import Shown, longest
from bot.reports.score import FORMULA
from bot.reports.tables import TABLES
from tests.reports.conftest import Write, table
from tests.reports.making import HOSTILE, Making

POLICIES = ("named", "hashed", "aggregate")


@pytest.fixture(params=POLICIES)
async def page(request: pytest.FixtureRequest, making: Making, write: Write) -> str:
    await making.everything()
    return ((await write(request.param, formats=("html",))) / "report.html").read_text("utf-8")


def parsed(page: str) -> Element:
    """Raises for every mistake that the HTML standard names."""
    tree: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    return tree


def text_of(page: str) -> str:
    return re.sub(r" (?=[.,:;)])", "", " ".join(" ".join(parsed(page).itertext()).split()))


def test_it_is_valid_html(page: str) -> None:
    assert parsed(page).find(".//h1") is not None


def test_it_runs_and_loads_nothing(page: str) -> None:
    for element in parsed(page).iter():
        assert str(element.tag).rpartition("}")[2] not in {
            "script",
            "link",
            "iframe",
            "object",
            "embed",
            "img",
            "form",
            "a",
            "base",
        }
        assert not [name for name in element.attrib if str(name).startswith("on") or name in {"style", "src", "href"}]
    assert "url(" not in page
    assert "@import" not in page


def test_its_own_policy_allows_its_style_and_nothing_else(page: str) -> None:
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert style
    assert policy
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy[1] == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def test_the_formula_is_printed(page: str) -> None:
    text = text_of(page)
    assert all(line in text for line in FORMULA)


def test_every_chart_has_its_numbers_beside_it(page: str) -> None:
    tree = parsed(page)
    plots = [one for one in tree.iter() if one.get("role") == "img"]
    twin = next(one for one in tree.iter("details") if one.get("class") == "twin")
    assert len(plots) == 2
    assert len(list(twin.iter("tr"))) > 30
    bars = [one for one in tree.iter("table") if "bars" in (one.get("class") or "")]
    for row in (row for one in bars for row in one.iter("tr")):
        assert "".join((row.findall("td") or row.findall("th"))[-1].itertext()).strip()


async def test_hostile_names_are_shown_and_not_obeyed(making: Making, write: Write) -> None:
    await making.everything()
    page = (await write("named", formats=("html",)) / "report.html").read_text("utf-8")
    shown = text_of(page)
    assert HOSTILE[0] in shown
    assert "<script" not in page
    assert "abc‹U+202E›cba" in shown
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", page)


async def test_numbers_of_the_page_are_those_of_the_files(making: Making, write: Write) -> None:
    await making.everything()
    folder = await write("named")
    shown = text_of((folder / "report.html").read_text("utf-8"))
    assert (
        "60 people took part of 389 who signed up. They wrote 300 chat lines, cast 90 votes in 2 polls and asked 5 questions."
        in shown
    )
    assert "recounted from the votes: agrees" in shown
    assert "differs" not in shown
    assert "reading chat 42 s HTTP 503" in shown


async def test_an_event_in_which_nothing_happened(making: Making, write: Write) -> None:
    await making.event(live_since=None, title="")
    folder = await write("named")
    shown = text_of((folder / "report.html").read_text("utf-8"))
    assert "Nothing has happened yet" in shown
    assert table(folder, "chat") == []
    assert len(table(folder, "summary")) == 1


def test_a_page_that_is_sent_on_does_not_repeat_what_was_taken_away() -> None:
    shown, columns = Shown(), [column.name for column in TABLES["questions"].columns]
    states = ["new", "archived", "answered", "declined", "approved", "hidden"] * 30
    shown.take("questions", [tuple({"state": state}.get(name) for name in columns) for state in states])
    assert {row["state"] for row in shown.rows["questions"]} == {"new", "answered", "approved"}
    assert (len(shown.rows["questions"]), shown.counts["questions"]) == (60, 90)


def test_of_many_interruptions_the_longest_in_the_order_of_their_time() -> None:
    found = [Outage("reading chat", float(at), float(at + at % 37 + 1), "x") for at in range(100)]
    kept = longest(found)
    assert len(kept) == 20
    assert [one.began for one in kept] == sorted(one.began for one in kept)
    shortest = min(one.ended - one.began for one in kept if one.ended is not None)
    assert all(one in kept for one in found if one.ended is not None and one.ended - one.began > shortest)
    assert longest(()) == []
