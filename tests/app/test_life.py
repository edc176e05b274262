"""The promises of a running bot: pause, a person's verdict, reload, readiness, start-up mistakes, exposure."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import App
from bot.clock import Clock
from bot.domain.errors import StateInUse, UsageError
from bot.stage import Faults, Stage, Switches
from tests.app.house import EVENT, RULES, TOKEN, a_bot, a_stage, people, settings, settled, until, write_rules, writes
from tests.stills import watched


async def call(app: App, method: str, path: str, body: Any = None, token: str = TOKEN) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"{app.url}/api/v1/{path}", json=body, headers=headers) as answer,
    ):
        return answer.status, await answer.json(content_type=None)


def status_of(stage: Stage, text: str) -> str:
    return str(next(one["status"] for one in people(stage) if one["text"] == text))


async def test_nothing_changes_after_the_answer_to_pause_and_resume_does_what_waited(tmp_path: Path) -> None:
    async with a_stage(faults=Faults(latency=0.05)) as stage, a_bot(stage, tmp_path) as app:
        for number in range(40):
            stage.door.say(EVENT, f"heck {number}", f"Guest {number}")
        await until(lambda: len(writes(stage)) > 3)
        status, answer = await call(app, "POST", "pause", {"for": "5m"})
        at_pause = len(stage.parts.journal.changing())
        assert status == 200
        assert answer["paused"] is True
        stage.door.say(EVENT, "heck while paused", "Late")
        await asyncio.sleep(1.5)
        assert len(stage.parts.journal.changing()) == at_pause
        tally = await app.store.tally("main")
        assert tally.judged == 41
        status, answer = await call(app, "POST", "resume", {"waiting": "run"})
        assert (status, answer["paused"]) == (200, False)
        await settled(app, 41)
        assert all(one["status"] == "hidden" for one in people(stage))


async def test_a_pause_survives_a_restart_and_drop_throws_away(tmp_path: Path) -> None:
    async with a_stage() as stage:
        async with a_bot(stage, tmp_path) as app:
            await call(app, "POST", "pause", {})
            stage.door.say(EVENT, "heck", "Ann")
            await until(lambda: app.channels["main"].runner.judged == 1)
        async with a_bot(stage, tmp_path) as app:
            await asyncio.sleep(0.7)
            assert writes(stage) == []
            status, answer = await call(app, "GET", "status")
            assert (status, answer["paused"]) == (200, True)
            _, dropped = await call(app, "POST", "resume", {"waiting": "drop"})
            assert dropped["dropped"] == 1
            await asyncio.sleep(0.5)
            assert writes(stage) == []


async def test_a_persons_verdict_on_the_platform_wins_copies_included(tmp_path: Path) -> None:
    async with a_stage() as stage, a_bot(stage, tmp_path) as app:
        first = stage.door.say(EVENT, "what the heck", "Ann")
        await until(lambda: status_of(stage, "what the heck") == "hidden")
        await settled(app, 1)
        await asyncio.sleep(2.5)  # later than the grace in which an old answer could still be on its way
        stage.door.moderate(first.ref, "public")
        await asyncio.sleep(1.5)
        assert status_of(stage, "what the heck") == "public"
        stage.door.say(EVENT, "What the heck!", "Bo")
        stage.door.say(EVENT, "heck, another text", "Cy")
        await settled(app, 3)
        assert status_of(stage, "What the heck!") == "public"
        assert status_of(stage, "heck, another text") == "hidden"


async def test_hide_show_and_undo_by_hand_with_the_why(tmp_path: Path) -> None:
    async with a_stage() as stage, a_bot(stage, tmp_path) as app:
        ref = stage.door.say(EVENT, "hello there", "Ann").ref
        bad = stage.door.say(EVENT, "oh heck", "Bo").ref
        await settled(app, 2)
        status, answer = await call(app, "POST", f"messages/{ref}/hide")
        assert (status, answer["done"]) == (200, True)
        await until(lambda: status_of(stage, "hello there") == "hidden")
        _, found = await call(app, "GET", f"decisions?ref={bad}")
        why = found["decisions"][0]
        assert (why["outcome"], why["rules"], why["reason"], why["verdicts"][0]["matches"]) == (
            "hide",
            ["swearing"],
            "profanity",
            [{"rule": "swearing", "text": "heck", "span": [3, 7]}],
        )
        assert why["entries"][0]["state"] == "done"
        status, answer = await call(app, "POST", f"decisions/{why['id']}/undo")
        assert (status, answer["done"]) == (200, True)
        await until(lambda: status_of(stage, "oh heck") == "public")
        await asyncio.sleep(1.0)
        assert status_of(stage, "oh heck") == "public"
        assert (await call(app, "POST", f"decisions/{why['id']}/undo"))[0] == 409
        assert (await call(app, "POST", f"messages/{ref}/approve"))[0] == 409
        assert (await call(app, "POST", "messages/nowhere/hide"))[0] == 404


async def test_a_broken_rule_file_leaves_the_old_rules_in_force_and_a_mended_one_is_live_in_two_seconds(tmp_path: Path) -> None:
    async with a_stage() as stage, a_bot(stage, tmp_path) as app:
        write_rules(tmp_path / "rules", RULES.replace("word:", "wrod:"))
        await until(lambda: bool(app.channels["main"].rule_problems), within=4)
        _, answer = await call(app, "GET", "status")
        shown = answer["channels"][0]["rules"]["problems"][0]["rendered"]
        assert "rules.yaml:6:" in shown
        assert "^" in shown
        assert "did you mean" in shown
        stage.door.say(EVENT, "heck one", "Ann")
        await until(lambda: status_of(stage, "heck one") == "hidden")
        write_rules(tmp_path / "rules", RULES.replace("[heck]", "[darn]"))
        with watched() as stills:
            before = asyncio.get_running_loop().time()
            await until(lambda: not app.channels["main"].rule_problems)
            took = asyncio.get_running_loop().time() - before
        assert took < 2.0 + stills.together
        stage.door.say(EVENT, "darn two", "Bo")
        await until(lambda: status_of(stage, "darn two") == "hidden")


async def test_exposure_with_default_settings(tmp_path: Path) -> None:
    """Generous bounds: this is a test of the wiring, the figures are measured by `make bench`."""
    async with a_stage(faults=Faults(latency=0.03)) as stage, a_bot(stage, tmp_path) as app:
        with watched() as stills:
            for number in range(12):
                stage.door.say(EVENT, f"heck {number}", f"Guest {number}")
                await asyncio.sleep(0.5)
            await settled(app, 12)
        exposures = sorted(one["exposure"] for one in people(stage))
        assert exposures[-2] < 1.3 + stills.longest


async def test_health_ready_and_roles(tmp_path: Path) -> None:
    async with a_stage() as stage, a_bot(stage, tmp_path) as app:
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{app.url}/healthz") as answer:
                assert (answer.status, (await answer.json())["ok"]) == (200, True)
            await asyncio.sleep(0.5)
            async with session.get(f"{app.url}/readyz") as answer:
                assert answer.status == 200
        assert (await call(app, "GET", "status", token="wrong"))[0] == 401
        assert (await call(app, "GET", "nothing-here"))[0] == 404
        assert (await call(app, "POST", "pause", {"fro": "5m"}))[0] == 422
        status, events = await call(app, "GET", "events")
        assert (status, [one["event"] for one in events["events"]]) == (200, [EVENT])
        status, shown = await call(app, "POST", "rules/try", {"text": "what the h3ck"})
        assert (status, shown["outcome"], shown["rules"]) == (200, "hide", ["swearing"])


async def test_signed_webhooks_are_taken_once_and_forged_ones_refused(tmp_path: Path) -> None:
    async with a_stage(Switches(hook_copies=2)) as stage, a_bot(stage, tmp_path) as app:
        stage.door.hook(f"{app.url}/webhooks/main", "fake-hook-secret")
        stage.door.set_event(EVENT, title="Another title")
        await stage.courier.delivered()
        stats = app.channels["main"].door.stats
        await until(lambda: stats.stored > 0)
        assert stats.known >= 1
        before = stats.stored
        stage.door.send_webhook("event.updated", event=EVENT, forgery="wrong_secret")
        await stage.courier.delivered()
        assert (stats.stored, stats.forged) == (before, 1)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"follow": ("nowhere",)}, "no event 'nowhere'"),
        ({"token_id": "wrong"}, "does not accept the token"),
        ({"rules": "no-such-folder"}, "no-such-folder"),
    ],
)
async def test_what_waiting_cannot_mend_ends_the_start(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    async with a_stage() as stage:
        write_rules(tmp_path / "rules")
        config = settings(stage.url, tmp_path)
        channel = config.channel[0].model_copy(update=change)
        if "token_id" in change:
            channel = type(channel).model_validate(channel.model_dump() | {"token_id": "wrong"})
        app = App(config.model_copy(update={"channel": (channel,)}), Clock())
        with pytest.raises(UsageError) as caught:
            await app.start()
        assert told in str(caught.value)


async def test_an_unreachable_platform_is_waited_for(tmp_path: Path) -> None:
    async with a_stage() as stage:
        port = int(stage.url.rsplit(":", 1)[1])
        await stage.stop()
        write_rules(tmp_path / "rules")
        app = App(settings(stage.url, tmp_path), Clock())
        await app.start()
        try:
            _, answer = await call(app, "GET", "status")
            assert answer["ready"] is False
            again = Stage(Clock())
            again.door.event(EVENT, title="Show", status="live", chat=True, qa=True)
            await again.start(port=port)
            again.door.say(EVENT, "heck", "Ann")
            await until(lambda: people(again)[0]["status"] == "hidden", within=40)
            await again.stop()
        finally:
            await app.stop()


async def test_a_second_copy_on_the_same_state_and_a_taken_port_are_told(tmp_path: Path) -> None:
    async with a_stage() as stage, a_bot(stage, tmp_path) as app:
        with pytest.raises(StateInUse):
            await App(settings(stage.url, tmp_path), Clock()).start()
        (tmp_path / "other").mkdir()
        config = settings(stage.url, tmp_path / "other", rules=str(tmp_path / "rules"))
        taken = config.control.model_copy(update={"port": int(app.url.rsplit(":", 1)[1])})
        with pytest.raises(UsageError, match="cannot listen"):
            await App(config.model_copy(update={"control": taken}), Clock()).start()
