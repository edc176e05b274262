"""link, links, domain_in, domain_not_in, link_mismatch."""

from __future__ import annotations

import pytest

from tests.ruleset.asking import Asked, ask, holds, problems_of

OURS = "lists: { ours: [example.com, '*.house.example', 'https://bit.ly/ours'] }"


def test_link_and_no_link() -> None:
    texts = ["see x.test", "no link", "main.py is broken"]
    assert holds("{ link: true }", texts) == [True, False, False]
    assert holds("{ link: false }", texts) == [False, True, True]
    assert holds('{ links: ">= 2" }', ["x.test y.test", "x.test"]) == [True, False]


def test_domains_are_compared_by_host() -> None:
    asked = Asked("{ domain_not_in: ours }", OURS)
    inside = ["example.com", "https://docs.EXAMPLE.com/x", "a.house.example", "bit.ly/ours", "hello", "mail ann@elsewhere.test"]
    outside = [
        "notexample.com",
        "example.com.evil.test",
        "https://example.com@evil.test",
        "bit.ly/other",
        "evil[.]test",
        "x . test",
    ]
    assert [asked.say(text).holds for text in inside] == [False] * len(inside)
    assert [asked.say(text).holds for text in outside] == [True] * len(outside)


def test_a_listed_domain_is_found_however_it_is_written() -> None:
    asked = Asked("{ domain_in: [evil.test, evil.sh] }")
    texts = [
        "EVIL.TEST",
        "evil[.]test",
        "evil . test",
        "evil dot test",
        "hxxps://sub.evil.test/x",
        "ｅｖｉｌ．test",
        "ev\u200bil.test",
        "evil.sh",
    ]
    assert [asked.say(text).holds for text in texts] == [True] * len(texts)
    assert not asked.say("devil.test").holds


def test_the_link_is_the_span_and_the_host_the_note() -> None:
    finding = ask("{ domain_in: evil.test }", "go to hxxp://evil.test/a now")
    assert finding.spans == ((6, 24),)
    assert finding.note == "link to evil.test"


def test_misleading_links() -> None:
    caught = [
        "[example.com](https://evil.test/login)",
        '<a href="https://evil.test">https://example.com</a>',
        "https://bank.example@evil.test/",
        "https://pаypal.test",
    ]
    left = ["[here](https://evil.test)", "[example.com](https://docs.example.com)", "https://example.com", "https://пример.test"]
    assert holds("{ link_mismatch: true }", caught) == [True] * 4
    assert holds("{ link_mismatch: true }", left) == [False] * 4
    assert ask("{ link_mismatch: true }", caught[0]).spans == ((14, 37),)


def test_an_empty_list_of_ours_lets_no_link_pass() -> None:
    assert Asked("{ domain_not_in: { list: ours } }", "lists: { ours: [] }").say("x.test").holds
    assert not Asked("{ domain_in: { list: ours } }", "lists: { ours: [] }").say("x.test").holds


@pytest.mark.parametrize(
    ("condition", "says"),
    [
        ("{ domain_in: our }", "did you mean 'ours'?"),
        ("{ domain_in: ['not a domain.'] }", "is no domain"),
        ("{ link: sometimes }", "true or false is meant here"),
        ("{ links: many }", "is no comparison"),
        ("{ domain_not_in: { list: nope } }", "there is no list 'nope'"),
    ],
)
def test_broken_input(condition: str, says: str) -> None:
    assert any(says in told for told in problems_of(condition, OURS)), problems_of(condition, OURS)
