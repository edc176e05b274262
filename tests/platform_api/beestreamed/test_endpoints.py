"""Every documented endpoint of BeeStreamed: the call that goes out, and its answer in documented and contradictory shapes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import BadAnswer, PlatformError, Refused, Unclear
from bot.platform_api.beestreamed import wire_assets
from bot.platform_api.beestreamed.client import BeeStreamed
from bot.platform_api.beestreamed.coverage import ENDPOINTS
from bot.platform_api.beestreamed.paths import PATHS
from bot.platform_api.oddities import BadRow
from bot.stage.beestreamed.table import ALWAYS, ENDPOINT_PAGES
from tests.platform_api.beestreamed import endpoint_cases as first
from tests.platform_api.beestreamed import endpoint_cases_more as second
from tests.platform_api.beestreamed.account import account
from tests.platform_api.beestreamed.endpoint_cases import LOG
from tests.platform_api.beestreamed.endpoint_cases_more import TIE, UPLOAD, VIDEO
from tests.platform_api.server import Asked, Platform
from tests.platform_api.test_scalars import ANYTHING

CASES = {**first.CASES, **second.CASES}
REFS = {
    "{event}": "ev",
    "{message}": "c1",
    "{poll}": "p1",
    "{signup}": "s1",
    "{viewer}": "w1",
    "{video}": "v1",
    "{upload}": "up1",
    "{client}": "ch",
    "{session}": "planted-session",
}


def texts(value: Any) -> Any:
    """The same with numbers and truth values written as texts (B-27, B-33)."""
    if isinstance(value, dict):
        return {key: texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [texts(item) for item in value]
    return value if value is None or isinstance(value, str) else str(value).lower()


def numbers(value: Any) -> Any:
    """The same with truth values written as 0 and 1."""
    if isinstance(value, dict):
        return {key: numbers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [numbers(item) for item in value]
    return int(value) if isinstance(value, bool) else value


def inner(value: Any) -> Any:
    while isinstance(value, dict) and "data" in value:
        value = value["data"]
    return value


SHAPES: dict[str, Callable[[Any], Any]] = {
    "documented": lambda value: value,
    "bare": inner,
    "in data": lambda value: {"data": inner(value)},
    "in data twice": lambda value: {"data": {"data": inner(value)}, "status": 200},
    "as texts": texts,
    "as numbers": numbers,
    "with keys nobody knows": lambda value: {**value, "odd": [1]} if isinstance(value, dict) else value,
}


def path_of(endpoint: str) -> tuple[str, str]:
    method, path = endpoint.split()[:2]
    for name, value in REFS.items():
        path = path.replace(name, value)
    return method, path


async def ask(platform: Platform, endpoint: str, answer: Any, status: int = 200) -> Any:
    case, (method, path) = CASES[endpoint], path_of(endpoint)

    def answered(asked: Asked, _request: web.Request) -> web.Response:
        empty = case.pages and asked.query.get("page", "1") != "1"
        shown = answer if not empty else [] if isinstance(answer, list) else {"data": []}
        return web.json_response(shown, status=status)

    platform.answers = {**case.more, f"{method} {path}": answered}
    async with account(platform) as client:
        return await case.call(client)


@pytest.mark.parametrize("endpoint", CASES)
async def test_call(platform: Platform, endpoint: str) -> None:
    """As documented: method, path, body or query; and what is made of the answer."""
    case, (method, path) = CASES[endpoint], path_of(endpoint)
    assert case.told(await ask(platform, endpoint, case.answer, case.status)) == case.wanted
    asked = platform.asked[0]
    assert (asked.method, asked.path) == (method, path)
    if method in ("POST", "PATCH"):
        assert asked.headers["Content-Type"] == "application/json"
        assert (asked.json if asked.body else None) == case.sent
    else:
        assert asked.query == case.sent
        assert asked.body == b""


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("endpoint", CASES)
async def test_the_same_in_every_shape(platform: Platform, endpoint: str, shape: str) -> None:
    case = CASES[endpoint]
    assert case.told(await ask(platform, endpoint, SHAPES[shape](case.answer), 200)) == case.wanted


@pytest.mark.parametrize("answer", [None, [], {}, "text", 7, {"data": None}, [None, 7, "x", {"odd": 1}]], ids=repr)
@pytest.mark.parametrize("endpoint", CASES)
async def test_nothing_but_platform_errors_leaves_a_call(platform: Platform, endpoint: str, answer: Any) -> None:
    try:
        await ask(platform, endpoint, answer)
    except PlatformError as error:
        assert isinstance(error, BadAnswer) or not endpoint.startswith("GET")  # noqa: PT017 - both ways out are right


def test_every_documented_endpoint_has_a_call_and_a_test() -> None:
    """The stage's own table was written from the documents and shares no code with the client."""
    documented = {f"{route.method} {route.template}" for route in [*ALWAYS, *ENDPOINT_PAGES]}
    covered = {" ".join(endpoint.split()[:2]) for endpoint in ENDPOINTS}
    assert covered == documented - {"GET /analytics/{event}/viewers"}  # the stage's answer to a missing viewer id
    assert set(CASES) == set(ENDPOINTS)
    assert {endpoint.split()[1] for endpoint in ENDPOINTS} == set(PATHS.values())


async def test_every_method_named_exists(platform: Platform) -> None:
    async with account(platform) as client:
        for method in ENDPOINTS.values():
            found: Any = client
            for part in method.partition("(")[0].split("."):
                found = getattr(found, part)
            assert callable(found), method


def test_what_a_bot_must_not_do_by_itself_is_no_action() -> None:
    """Rules reach the platform through `perform` alone: it knows none of these."""
    dangerous = {"DELETE /events/{event}", "POST /events/{event}/sendemails", "DELETE /polls/{event}/{poll}", "POST /events"}
    assert all(not ENDPOINTS[endpoint].startswith("perform") for endpoint in dangerous)


@pytest.mark.parametrize(
    "call",
    [
        lambda c: c.deliberate.change_event("ev", {}),
        lambda c: c.deliberate.change_event("ev", {"password": "x"}),
        lambda c: c.deliberate.send_emails("ev", exclude_sent=True, exclude_not_sent=True),
        lambda c: c.deliberate.sign_up("ev", {"name": "Ann"}),
        lambda c: c.channels.of_user(""),
    ],
)
async def test_what_cannot_work_is_not_sent(platform: Platform, call: Callable[[BeeStreamed], Awaitable[Any]]) -> None:
    async with account(platform) as client:
        with pytest.raises(Refused):
            await call(client)
    assert platform.asked == []


async def test_mails_are_not_sent_twice(platform: Platform) -> None:
    async def every(_asked: Asked, _request: web.Request) -> web.StreamResponse:
        return web.Response(status=502, text="<html>")

    platform.every = every
    async with account(platform) as client:
        with pytest.raises(Unclear):
            await client.deliberate.send_emails("ev")
    assert len(platform.asked) == 1


@pytest.mark.parametrize("endpoint", ["GET /events/{event}/image", "GET /events/{event}/rtmp", "GET /user/{session}/connections"])
async def test_what_was_told_in_secret_is_hidden_from_then_on(platform: Platform, endpoint: str) -> None:
    case, (method, path) = CASES[endpoint], path_of(endpoint)
    platform.answers = {f"{method} {path}": case.answer if not case.pages else {"data": []}}
    secret = {"image": "https://m.example.test/planted", "rtmp": "planted"}.get(endpoint.rpartition("/")[2], "planted-session")
    async with account(platform) as client:
        await case.call(client)
        assert secret not in client.transport.redactor.text(f"somebody said {secret} aloud")


@given(ANYTHING)
def test_nothing_leaves_the_decoders_but_bad_rows(value: Any) -> None:
    rows = value if isinstance(value, dict) else {"video_ref": value, "data": value, "id": value}
    decoders = (
        wire_assets.video,
        wire_assets.upload,
        wire_assets.upload_place,
        wire_assets.log_line,
        wire_assets.channel_info,
        wire_assets.channel_usage,
        wire_assets.connection,
        wire_assets.group,
        wire_assets.view,
        wire_assets.viewer,
    )
    for decode in decoders:
        try:
            decode(rows)
        except BadRow:
            continue


@given(
    st.dictionaries(st.sampled_from([*VIDEO, *UPLOAD, *TIE, *LOG, "upload_data", "viewer_data", "types", "video_tags"]), ANYTHING)
)
def test_any_value_in_any_field(row: dict[str, Any]) -> None:
    wire_assets.video({**row, "video_ref": "v1"})
    wire_assets.upload({**row, "upload_ref": "u1"})
    wire_assets.log_line({**row, "events_log_ref": "l1"})
    wire_assets.connection({**row, "conn_ref": "c1"})
    wire_assets.channel_usage(row)
