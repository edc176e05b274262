"""Logging in to the dashboard over HTTP: cookie, CSRF, other sites' pages, guessing (reliability G2, G3, G5)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.control.living import Living, Reply, living_bot


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    with living_bot(tmp_path_factory.mktemp("log-in")) as living:
        yield living


def log_in(bot: Living, user: str = "moderator", headers: Mapping[str, str] | None = None) -> Reply:
    return bot.ask("POST", "/api/v1/session", f'{{"token": "fake-{user}"}}', role="", headers=headers)


def cookie_of(reply: Reply) -> str:
    return reply.headers["set-cookie"].partition(";")[0]


def post(bot: Living, cookie: str, csrf: str, **headers: str) -> Reply:
    sent = {"Cookie": cookie, "X-CSRF-Token": csrf} | {name.replace("_", "-"): value for name, value in headers.items()}
    return bot.ask("POST", "/api/v1/resume", b"{}", role="", headers=sent)


def test_a_token_becomes_a_cookie_that_no_script_and_no_other_site_gets(bot: Living) -> None:
    reply = log_in(bot)
    assert (reply.status, reply.data["name"], reply.data["role"]) == (200, "moderator", "moderator")
    attributes = {part.strip().partition("=")[0].lower() for part in reply.headers["set-cookie"].split(";")[1:]}
    assert {"httponly", "samesite", "path", "max-age"} <= attributes
    assert "samesite=strict" in reply.headers["set-cookie"].lower()
    assert "fake-moderator" not in str(reply.headers)
    assert "fake-moderator" not in reply.body.decode()


def test_behind_tls_the_cookie_never_travels_in_the_clear(bot: Living) -> None:
    host = f"127.0.0.1:{bot.port}"
    assert "secure" in log_in(bot, headers={"Origin": f"https://{host}"}).headers["set-cookie"].lower()
    assert "secure" not in log_in(bot, headers={"Origin": f"http://{host}"}).headers["set-cookie"].lower()


def test_the_cookie_reads_and_a_reload_finds_the_session_again(bot: Living) -> None:
    reply = log_in(bot)
    found = bot.ask("GET", "/api/v1/session", role="", headers={"Cookie": cookie_of(reply)})
    assert found.data == reply.data
    assert bot.ask("GET", "/api/v1/status", role="", headers={"Cookie": cookie_of(reply)}).status == 200


def test_the_cookie_alone_changes_nothing(bot: Living) -> None:
    reply = log_in(bot)
    cookie, csrf = cookie_of(reply), reply.data["csrf"]
    assert post(bot, cookie, "").status == 403
    assert post(bot, cookie, "0" * 64).status == 403
    assert post(bot, cookie, log_in(bot).data["csrf"]).status == 403, "another session's"
    assert post(bot, cookie, csrf).status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-site"}, 403),
        ({"Sec_Fetch_Site": "same-origin"}, 200),
        ({"Sec_Fetch_Site": "none"}, 200),
        ({"Origin": "http://evil.test"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://["}, 403),
        ({"Origin": ""}, 403),
    ],
)
def test_other_sites_pages_are_turned_away_whatever_they_know(bot: Living, headers: dict[str, str], status: int) -> None:
    reply = log_in(bot)
    assert post(bot, cookie_of(reply), reply.data["csrf"], **headers).status == status


def test_nobody_is_logged_in_by_another_sites_page(bot: Living) -> None:
    assert log_in(bot, headers={"Origin": "http://evil.test"}).status == 403
    assert log_in(bot, headers={"Sec-Fetch-Site": "cross-site"}).status == 403
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert bot.ask("POST", "/api/v1/session", "token=fake-moderator", role="", headers=form).status == 415


def test_a_session_that_was_ended_is_over(bot: Living) -> None:
    reply = log_in(bot)
    cookie = cookie_of(reply)
    ended = bot.ask("POST", "/api/v1/session/end", b"{}", role="", headers={"Cookie": cookie, "X-CSRF-Token": reply.data["csrf"]})
    assert ended.data == {"ended": True}
    assert 'usher_session=""' in ended.headers["set-cookie"]
    assert bot.ask("GET", "/api/v1/session", role="", headers={"Cookie": cookie}).data["name"] == ""
    after = bot.ask("GET", "/api/v1/status", role="", headers={"Cookie": cookie})
    assert (after.status, after.headers["www-authenticate"]) == (401, "Bearer")
    assert bot.api("POST", "session/end", {}).data == {"ended": False}, "a bearer token has no session"


def test_a_session_has_its_persons_role(bot: Living) -> None:
    reply = log_in(bot, "viewer")
    assert post(bot, cookie_of(reply), reply.data["csrf"]).status == 403
    assert bot.ask("GET", "/api/v1/status", role="", headers={"Cookie": cookie_of(reply)}).status == 200


def test_a_wrong_token_beside_a_good_cookie_is_a_wrong_token(bot: Living) -> None:
    headers = {"Cookie": cookie_of(log_in(bot)), "Authorization": "Bearer fake-guess"}
    assert bot.ask("GET", "/api/v1/status", role="", headers=headers).status == 401


def test_a_session_holds_after_a_restart(tmp_path: Path) -> None:
    with living_bot(tmp_path) as bot:
        reply = log_in(bot)
    (tmp_path / "usher.db").rename(tmp_path / "old.db")
    with living_bot(tmp_path) as bot:
        assert bot.ask("GET", "/api/v1/session", role="", headers={"Cookie": cookie_of(reply)}).data == reply.data


def test_guessing_at_the_log_in_is_slowed_down_and_the_operator_comes_in_at_once(tmp_path: Path) -> None:
    with living_bot(tmp_path) as bot:
        assert {log_in(bot, f"guess-{number}").status for number in range(10)} == {401}
        slow = timed(bot, "guess")
        right = timed(bot, "moderator")
        assert slow >= 1.0
        assert right < slow


def timed(bot: Living, user: str) -> float:
    began = time.monotonic()
    log_in(bot, user)
    return time.monotonic() - began
