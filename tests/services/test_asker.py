"""Asking a real HTTP server: what is sent, what is taken for a score, and that whatever goes wrong is an answer."""

from __future__ import annotations

import socket

import pytest
from pydantic import SecretStr, ValidationError

from bot.clock import Clock
from bot.config import Config, Service
from bot.domain.actions import AskService, SendAlert
from bot.domain.errors import Refused
from bot.services import Asker
from bot.services.wire import NoScore, headers_of, request, score_in
from tests.services.house import TOKEN, a_service, section

QUESTION = AskService("mood", "you are worthless")


async def test_the_score_comes_back_and_only_the_text_goes_out() -> None:
    async with a_service() as scoring:
        asker = Asker([section(scoring.url)], Clock())
        assert (await asker.perform("show", QUESTION)).result == {"score": 0.93}
        assert (await asker.perform("show", AskService("mood", "hello"))).result == {"score": 0.1}
        await asker.close()
    assert scoring.asked == [{"text": "you are worthless"}, {"text": "hello"}]
    sent = scoring.headers[0]
    assert sent["authorization"] == f"Bearer {TOKEN}"
    assert set(sent) <= {"authorization", "host", "accept", "accept-encoding", "user-agent", "content-length", "content-type"}
    assert asker.health() == {"mood": {"score": 2, "error": 0, "over_limit": 0, "last_error": ""}}


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("slow", "no answer within 0.2 s"),
        ("broken", "it answered 500"),
        ("redirect", "it answered 307"),
        ("no_json", "its answer is no JSON"),
        ("empty", "its answer is no JSON"),
        ("deep", "its answer is no JSON"),
        ("far", "its score 7 does not lie between 0 and 1"),
        ("nan", "its score nan does not lie between 0 and 1"),
        ("true", "its answer has no number at 'score'"),
        ("missing", "its answer has no number at 'score'"),
        ("huge", "its answer is longer than 64 KiB"),
    ],
)
async def test_whatever_goes_wrong_is_an_answer(how: str, says: str) -> None:
    async with a_service(how) as scoring:
        asker = Asker([section(scoring.url, timeout="200ms" if how == "slow" else "5s")], Clock())
        applied = await asker.perform("show", QUESTION)
        assert (applied.changed, applied.result) == (False, {"error": says})
        assert asker.health()["mood"]["last_error"] == says
        await asker.close()
    assert len(scoring.asked) == 1
    assert scoring.elsewhere == 0


async def test_a_service_that_is_not_there_and_one_that_comes_back() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        asker = Asker([section(f"http://127.0.0.1:{taken.getsockname()[1]}/score")], Clock())
        told = (await asker.perform("show", QUESTION)).result
    assert told == {"error": "it cannot be reached: ClientConnectorError"}
    await asker.close()
    async with a_service("broken") as scoring:
        asker = Asker([section(scoring.url)], Clock())
        await asker.perform("show", QUESTION)
        scoring.how = "good"
        assert (await asker.perform("show", QUESTION)).result == {"score": 0.93}
        assert asker.health()["mood"]["last_error"] == ""
        await asker.close()


async def test_no_more_calls_than_allowed() -> None:
    async with a_service() as scoring:
        asker = Asker([section(scoring.url, calls_per_minute=2)], Clock())
        told = [(await asker.perform("show", QUESTION)).result for _ in range(4)]
        await asker.close()
    assert told[2:] == [{"error": "over its limit of 2 calls a minute"}] * 2
    assert len(scoring.asked) == 2
    assert asker.health()["mood"]["over_limit"] == 2


async def test_what_is_no_question_and_what_is_not_configured() -> None:
    asker = Asker([], Clock())
    with pytest.raises(Refused):
        await asker.perform("show", SendAlert("hello"))
    assert (await asker.perform("show", QUESTION)).result == {"error": "it is not in the configuration any more"}
    assert await asker.look_for("show", QUESTION, 0.0, ()) == ()
    assert (await Asker(None, Clock()).perform("show", QUESTION)).result == {"unasked": True}


def test_the_text_and_the_score_stand_where_the_service_wants_them() -> None:
    wanted = {"requestedAttributes": {"TOXICITY": {}}, "comment": {"type": "PLAIN_TEXT"}}
    own = Service(name="api", url="https://scores.example.test/v1", text="comment.text", body=wanted)
    assert request(own, "hi") == {**wanted, "comment": {"type": "PLAIN_TEXT", "text": "hi"}}
    assert own.body == wanted
    assert request(own.model_copy(update={"text": "a.b.c", "body": {"a": 3}}), "hi") == {"a": {"b": {"c": "hi"}}}
    assert score_in(b'{"all": [{"value": 1}]}', "all.0.value") == 1.0
    for raw in (b'{"all": []}', b'{"all": {"0": 3}}', b"[]", b"0.5"):
        with pytest.raises(NoScore):
            score_in(raw, "all.0.value")


def test_a_token_goes_where_the_service_wants_it() -> None:
    own = Service(name="api", url="https://scores.example.test", token=SecretStr("fake"), header="X-Api-Key")
    assert headers_of(own) == {"X-Api-Key": "fake"}
    assert headers_of(Service(name="api", url="https://scores.example.test")) == {}


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"url": "http://scores.example.test"}, "needs an https url"),
        ({"url": "ftp://127.0.0.1/x"}, "needs an https url"),
        ({"url": "https://anna:fake@scores.example.test"}, "must not have a password"),
        ({"url": "https://"}, "names no host"),
        ({"name": "is"}, "cannot be called 'is'"),
        ({"timeout": "1m"}, "less than or equal to 10"),
        ({"timeout": "0s"}, "greater than 0"),
        ({"score": "a..b"}, "match pattern"),
        ({"speed": 3}, "Extra inputs"),
    ],
)
def test_what_is_configured_wrongly(settings: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Service.model_validate({"name": "mood", "url": "https://scores.example.test", **settings})


def test_two_services_of_one_name() -> None:
    one = section("http://127.0.0.1:1/score")
    with pytest.raises(ValidationError, match="two services are called 'mood'"):
        Config(service=(one, one))
