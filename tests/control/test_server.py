"""The listener against callers who mean no good, or do not know better (reliability G, F6, F7)."""

from __future__ import annotations

import gzip
import json
import re
import socket
import threading
import time
from pathlib import Path

import pytest

from bot.control.routes import Route
from bot.control.server import ROUTES
from tests.control.living import Living, living_bot
from tests.stills import watched

SECURE = {
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
}


@pytest.mark.parametrize("host", ["evil.test", "127.0.0.1.evil.test", "localhost:1", "", "[::1"])
def test_a_foreign_name_pointed_at_us_is_refused(living: Living, host: str) -> None:
    answer = living.ask("GET", "/api/v1/status", headers={"Host": host})
    assert (answer.status, answer.kind) == (421, "application/problem+json")


def test_our_own_names_are_answered(living: Living) -> None:
    for host in ("127.0.0.1", f"localhost:{living.port}", f"LOCALHOST:{living.port}"):
        assert living.ask("GET", "/healthz", role="", headers={"Host": host}).status == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/v2/status", 404),
        ("GET", "/api/v1/pause", 405),
        ("GET", "/api/v1/messages/x/hide", 405),
        ("POST", "/api/v1/messages/x/burn", 404),
        ("POST", "/api/v1/messages/%2e%2e%2f/hide", 404),
        ("PUT", "/api/v1/status", 405),
        ("DELETE", "/healthz", 405),
        ("TRACE", "/api/v1/status", 405),
        ("HEAD", "/api/v1/status", 405),
        ("POST", "/webhooks/nobody", 404),
    ],
)
def test_what_is_not_there_is_a_problem_with_secure_headers(living: Living, method: str, path: str, status: int) -> None:
    answer = living.ask(method, path, b"{}" if method == "POST" else None)
    assert answer.status == status
    assert SECURE.items() <= answer.headers.items()
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    if method != "HEAD":
        assert (answer.kind, answer.data["status"]) == ("application/problem+json", status)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"x" * 70_000, {}, 413),
        (b"{", {}, 400),
        (b"\xff\xfe", {}, 400),
        (b'{"for": NaN}', {}, 400),
        (b"[" * 60_000, {}, 400),
        (b"[]", {}, 422),
        (b"for=5m", {"Content-Type": "application/x-www-form-urlencoded"}, 415),
        (b'{"for": "5m"}', {"Content-Type": "text/plain"}, 415),
        (gzip.compress(b'{"for": "5m"}', mtime=0), {"Content-Encoding": "gzip"}, 415),
        (b'{"for": "soon"}', {}, 422),
        (b'{"four": "5m"}', {}, 422),
    ],
)
def test_bodies_that_are_none(living: Living, body: bytes, headers: dict[str, str], status: int) -> None:
    answer = living.ask("POST", "/api/v1/pause", body, headers=headers)
    assert (answer.status, answer.kind) == (status, "application/problem+json")
    assert living.api("GET", "status").data["paused"] is False


def test_a_body_whose_length_lies_is_not_read(living: Living) -> None:
    head = f"POST /api/v1/pause HTTP/1.1\r\nHost: 127.0.0.1:{living.port}\r\nAuthorization: Bearer fake-admin\r\n"
    sent = f"{head}Content-Type: application/json\r\nContent-Length: 99999999\r\n\r\n{{}}".encode()
    assert b" 413 " in living.raw(sent).split(b"\r\n")[0]


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # a TLS greeting
        b"GET / HTTP/9.9\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET /api/v1/status HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"POST /api/v1/pause HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    ],
)
def test_bytes_that_are_no_request_are_turned_away_and_the_next_caller_is_served(living: Living, sent: bytes) -> None:
    got = living.raw(sent, within=2.0)
    assert b" 200 " not in got.split(b"\r\n")[0]
    assert living.ask("GET", "/healthz", role="").status == 200


def test_a_token_in_the_address_counts_for_nothing(living: Living) -> None:
    assert living.ask("GET", "/api/v1/status?token=fake-admin", role="").status == 401


def test_guessing_is_slowed_down_and_the_operator_still_comes_in(living: Living) -> None:
    for number in range(11):
        assert living.ask("GET", "/api/v1/status", role="", headers={"Authorization": f"Bearer fake-guess-{number}"}).status == 401
    began = time.monotonic()
    slow = threading.Thread(target=living.ask, args=("GET", "/api/v1/status"), kwargs={"role": ""})
    slow.start()
    with watched() as stills:
        time.sleep(0.2)
        assert living.api("GET", "status").status == 200
        took = time.monotonic() - began
    assert took < 0.9 + stills.together, "the right token does not wait behind the guesses"
    slow.join()
    assert time.monotonic() - began >= 1.0


def test_without_users_everything_is_shut_but_health(tmp_path: Path) -> None:
    with living_bot(tmp_path, users=()) as bot:
        assert bot.ask("GET", "/healthz", role="").status == 200
        answer = bot.api("GET", "status")
        assert answer.status == 401
        assert "control.users" in answer.data["detail"]


def test_it_listens_on_the_loopback_only(living: Living) -> None:
    own = {str(address[4][0]) for address in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1"}
    for address in own:
        if not address.startswith("127."):
            with pytest.raises(OSError, match="refused"):
                socket.create_connection((address, living.port), timeout=2).close()


def test_no_state_is_changed_by_get(living: Living) -> None:
    paths = json.loads(living.ask("GET", "/api/v1/openapi.json").body)["paths"]
    changing = {"pause", "resume", "undo", "hide", "show", "approve", "archive", "reload", "try", "set", "open", "close", "void"}
    changing |= {"extend", "start", "take", "drop", "end", "accept_all", "dismiss_all", "merge", "answered", "announcements"}
    for path, methods in paths.items():
        if path.rsplit("/", 1)[1] in changing:
            assert set(methods) == {"post"}, path


def _address(route: Route) -> str:
    path = route.path
    for name, words in route.choices.items():
        path = path.replace(f"{{{name}}}", words[0])
    return re.sub(r"{\w+}", "x", path)


@pytest.mark.parametrize("route", [route for route in ROUTES if not route.open], ids=lambda route: f"{route.method} {route.path}")
def test_nothing_is_reached_without_a_token_or_below_its_role(living: Living, route: Route) -> None:
    body = None if route.body is None else b"{}"
    assert living.ask(route.method, _address(route), body, role="").status == 401
    assert living.ask(route.method, _address(route), body, role="", headers={"Cookie": "usher_session=x.y"}).status == 401
    if route.role != "viewer":
        assert living.ask(route.method, _address(route), body, role="viewer").status == 403


def test_only_looking_and_ones_own_session_are_for_viewers() -> None:
    harmless = {"session/end", "presence", "rules/try", "rules/replay"}
    posts = {
        route.path.removeprefix("/api/v1/")
        for route in ROUTES
        if route.method == "POST" and route.role == "viewer" and not route.open
    }
    assert posts == harmless
