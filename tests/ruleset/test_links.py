"""Finding links: hosts and spans."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ruleset.links import Domains, find_links, read_domain


def sure(text: str) -> list[tuple[str, str]]:
    return [(link.host, text[link.span[0] : link.span[1]]) for link in find_links(text) if link.sure]


@pytest.mark.parametrize(
    ("text", "host", "written"),
    [
        ("see https://Example.com/a?b=c.", "example.com", "https://Example.com/a?b=c"),
        ("x.test", "x.test", "x.test"),
        ("free coins at x . test now", "x.test", "x . test"),
        ("x[.]test", "x.test", "x[.]test"),
        ("x (dot) com", "x.com", "x (dot) com"),
        ("go to x dot com now", "x.com", "x dot com"),
        ("hxxps[:]//evil[.]test", "evil.test", "hxxps[:]//evil[.]test"),
        ("https://bank.example@evil.test/login", "evil.test", "https://bank.example@evil.test/login"),
        ("example.com.thanks", "example.com", "example.com"),
        ("http://127.0.0.1/x", "127.0.0.1", "http://127.0.0.1/x"),
        ("http://localhost/x", "localhost", "http://localhost/x"),
        ("bücher.de", "xn--bcher-kva.de", "bücher.de"),
        ("ｅｘａｍｐｌｅ．ｃｏｍ", "example.com", "ｅｘａｍｐｌｅ．ｃｏｍ"),
        ("exam\u200bple.com", "example.com", "exam\u200bple.com"),
        ("a.b.c.co.uk:8080/x", "a.b.c.co.uk", "a.b.c.co.uk:8080/x"),
        ("(see example.com)", "example.com", "example.com"),
        ("www . evil . com", "www.evil.com", "www . evil . com"),
        ("example。com", "example.com", "example。com"),
        ("cool site: example. com", "example.com", "example. com"),
        ("shop at discord.co.za", "discord.co.za", "discord.co.za"),
    ],
)
def test_hosts_and_spans(text: str, host: str, written: str) -> None:
    assert sure(text) == [(host, written)]


@pytest.mark.parametrize(
    "text",
    [
        "ann@example.test",
        "write to foo.bar@x.test.",
        "main.py and README.md",
        "done.So we go on",
        "Great talk. Me too",
        "e.g. this, i.e. that",
        "version 1.2.3.4 is out",
        "it costs 3.50",
        "ok . so what",
        "wait...what",
        "Mr.Smith",
        "the dot is here",
        "we use Stripe. Test it",
        "",
    ],
)
def test_what_is_no_link(text: str) -> None:
    assert sure(text) == []


def test_links_behind_a_long_text_are_found_as_well() -> None:
    text = "a " * 2500 + "x.test"
    assert sure(text) == [("x.test", "x.test")]


def test_what_is_not_sure_is_still_found_for_lists_of_domains() -> None:
    found = {link.host: link.sure for text in ("main.py", "evil. club", "evil . nowhere", "done.So") for link in find_links(text)}
    assert found == {"main.py": False, "evil.club": False, "evil.nowhere": False, "done.so": False}


def test_domains() -> None:
    domains = Domains(frozenset({"example.com"}), frozenset({("bit.ly", "/abc")}))
    found = {text: domains.match(find_links(text)[0]) for text in ("a.example.com", "anexample.com", "bit.ly/abc", "bit.ly/x")}
    assert found == {"a.example.com": True, "anexample.com": False, "bit.ly/abc": True, "bit.ly/x": False}
    assert read_domain("https://www.Example.com/") == ("example.com", "")
    assert read_domain(".ru") == ("ru", "")
    assert read_domain("word") is None
    assert read_domain("two words.com") is None


@given(st.text(alphabet=st.sampled_from("a.b/ :@[]()dot\u200bé。x"), max_size=120))
def test_spans_lie_inside_the_text(text: str) -> None:
    for link in find_links(text):
        assert 0 <= link.span[0] < link.span[1] <= len(text)
        assert link.host == link.host.lower()


@pytest.mark.parametrize(
    "text",
    ["a." * 500_000, "a . " * 250_000, "http://" * 150_000, "x" * 1_000_000 + ".", "[.]" * 300_000, "a-" * 500_000, "a@" * 500_000],
)
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    find_links(text)
    assert time.process_time() - began < 0.5
