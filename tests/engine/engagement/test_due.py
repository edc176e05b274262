"""Every trigger and every condition, once when it holds and once when it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.domain.signals import WebhookCame
from bot.ruleset.engagement import Predicate, Trigger

from .show import Show, read

Act = Callable[[Show], None]


def cue(when: str, more: str = "") -> Show:
    text = f"speech: {{min_gap: 0, max_share: null}}\ncues: [{{id: c, when: {when}, do: [{{post: fired}}]{more}}}]"
    others = 'polls: [{id: p, question: q, type: yes_no}]\ncommands: [{id: k, trigger: "!k", reply: yes}]'
    return Show(read(f"{text}\n{others}"))


def viewers(*counts: int, gap: float = 30.0) -> Act:
    def happen(show: Show) -> None:
        for count in counts:
            show.situation = replace(show.situation, viewers=count)
            show.run(gap)

    return happen


def signups(*counts: int) -> Act:
    def happen(show: Show) -> None:
        for count in counts:
            show.situation = replace(show.situation, signups=count)
            show.run(2)

    return happen


def stream(*states: str) -> Act:
    def happen(show: Show) -> None:
        for state in states:
            show.situation = replace(show.situation, stream=state)
            show.run(2)

    return happen


def people(*lines: str, by: str = "") -> Act:
    def happen(show: Show) -> None:
        for number, text in enumerate(lines):
            show.chat(text, by=by or f"p{number}")
            show.run(3)

    return happen


def chat(every: float, seconds: float) -> Act:
    def happen(show: Show) -> None:
        for _ in range(int(seconds / every)):
            show.chat()
            show.run(every)

    return happen


def press(show: Show) -> None:
    show.press("start", "cue:c")
    show.run(2)


def phases(*steps: tuple[str, str]) -> Act:
    def happen(show: Show) -> None:
        for phase, status in steps:
            show.phase(phase, status)  # type: ignore[arg-type]  # the phases are written out below
            show.run(15)

    return happen


def webhook(kind: str) -> Act:
    def happen(show: Show) -> None:
        show.signal(WebhookCame(kind, "ev1", {}, "d1"))
        show.run(2)

    return happen


def poll(show: Show) -> None:
    show.press("open_poll", "p")
    show.run(120)


def quiet(show: Show) -> None:
    show.run(400)


LIVE, VIDEO, OVER, IDLE_AGAIN = ("on_air", "live"), ("playback", "video"), ("over", "done"), ("before", "idle")


TRIGGERS: list[tuple[str, Act, int]] = [
    ("{at: live+1m}", quiet, 1),
    ("{at: live+10m}", quiet, 0),
    ("{every: 2m}", quiet, 3),
    ("{every: 10m}", quiet, 0),
    ("{cron: '*/5 * * * *'}", quiet, 1),
    ("{cron: '30 * * * *'}", quiet, 0),
    ("{status: live}", quiet, 1),
    ("{status: live}", phases(IDLE_AGAIN, LIVE), 2),
    ("{status: video}", phases(VIDEO), 1),
    ("{status: video}", quiet, 0),
    ("{status: done}", phases(OVER), 1),
    ("{status: over}", phases(OVER, OVER), 1),
    ("{status: done}", phases(VIDEO), 0),
    ("{status: force_live}", phases(("on_air", "force_live")), 1),
    ("{status: force_live}", quiet, 0),
    ("{status: live}", phases(("on_air", "force_live")), 1),
    ("{viewers: '>= 100'}", viewers(50, 99, 100, 120, 80, 101), 2),
    ("{viewers: '>= 100'}", viewers(50, 99), 0),
    ("{viewers: drop 20% in 5m}", viewers(100, 95, 79), 1),
    ("{viewers: drop 20% in 5m}", viewers(100, 95, 81), 0),
    ("{viewers: drop 20% in 1m}", viewers(100, 92, 84, 76, 70), 0),
    ("{viewers: '>= 0'}", quiet, 0),
    ("{signups: '>= 500'}", signups(499, 500, 501), 1),
    ("{signups: '>= 500'}", signups(1, 499), 0),
    ("{signups: '>= 0'}", quiet, 0),
    ("{stream: offline}", stream("online", "offline", "offline", "online", "offline"), 2),
    ("{stream: offline}", stream("online", ""), 0),
    ("{chat_rate: '<= 2/min for 2m'}", quiet, 1),
    ("{chat_rate: '<= 2/min for 2m'}", chat(10, 400), 0),
    ("{chat_rate: '>= 30/min'}", chat(1, 120), 1),
    ("{chat_rate: '>= 30/min'}", chat(3, 120), 0),
    ("{people: '3 people say \"audio\" in 60s'}", people("no audio", "AUDIO?", "ａｕｄｉｏ gone"), 1),
    ("{people: '3 people say \"audio\" in 60s'}", people("audio", "audio", "audio", by="ann"), 0),
    ("{people: '3 people say \"audio\" in 60s'}", people("audiobook", "an audiobook", "audio-book?", "audible"), 0),
    ("{people: '3 people say \"no audio\" in 60s'}", people("there is no audio", "no, audio!", "audio no"), 0),
    ("{people: '2 people say \"audio\" in 3s'}", people("audio", "audio", "audio"), 0),
    ("{webhook: event.updated.status}", webhook("event.updated.status"), 1),
    ("{webhook: event.updated.status}", webhook("event.updated"), 0),
    ("{command: k}", people("!k"), 1),
    ("{command: k}", people("!kk", "what is !k"), 0),
    ("{after: 'poll:p closed'}", poll, 1),
    ("{after: 'poll:p opened'}", poll, 1),
    ("{after: 'poll:p failed'}", poll, 0),
    ("{after: 'command:k'}", people("!k"), 1),
    ("manual", quiet, 0),
    ("{manual: true}", quiet, 0),
    ("[{at: live+1m}, {at: live+2m}]", quiet, 2),
    ("manual", press, 1),
    ("{manual: true}", press, 1),
]


@pytest.mark.parametrize(("when", "act", "fires"), TRIGGERS)
def test_triggers(when: str, act: Act, fires: int) -> None:
    show = cue(when)
    show.run(10)
    show.live()
    act(show)
    assert show.said().count("fired") == fires


def test_hidden_lines_and_those_of_the_team_are_not_what_people_say() -> None:
    show = cue("{people: '2 people say audio in 60s'}")
    show.live()
    for number in range(3):
        show.chat("audio", by=f"h{number}", outcome="hide")
        show.chat("audio", by=f"t{number}", trust="team")
    show.run(2)
    assert show.said() == []


CONDITIONS: list[tuple[str, bool | None]] = [
    ("{status: live}", True),
    ("{status: video}", False),
    ("{status: [live]}", None),
    ("{viewers: '>= 10'}", True),
    ("{viewers: '< 10'}", False),
    ("{signups: '>= 5'}", True),
    ("{signups: '> 5'}", False),
    ("{stream: online}", True),
    ("{stream: offline}", False),
    ("{chat_rate: '<= 2/min'}", True),
    ("{chat_rate: '> 2/min'}", False),
    ("{poll: none}", True),
    ("{poll: open}", False),
    ("{after: 'poll:p closed'}", False),
    ("{between: {from: '08:00', to: '09:00'}}", True),
    ("{between: {from: '08:02', to: '09:00'}}", False),
    ("{between: {from: '23:00', to: '08:02'}}", True),
    ("{weekday: fri}", True),
    ("{weekday: [mon, thu]}", False),
    ("{all: [{status: live}, {stream: online}]}", True),
    ("{all: [{status: live}, {stream: offline}]}", False),
    ("{any: [{status: video}, {stream: online}]}", True),
    ("{any: [{status: video}, {stream: offline}]}", False),
    ("{none: [{status: video}, {stream: offline}]}", True),
    ("{none: [{status: video}, {stream: online}]}", False),
    ("{status: live, stream: offline}", False),
    ("{after: 'command:k used'}", True),
]


@pytest.mark.parametrize(("only_if", "holds"), CONDITIONS)
def test_conditions(only_if: str, holds: bool | None) -> None:
    if holds is None:
        with pytest.raises(ValueError, match="status"):
            cue("{at: live+90s}", f", only_if: {only_if}")
        return
    show = cue("{at: live+90s}", f", only_if: {only_if}")
    show.situation = replace(show.situation, viewers=10, signups=5, stream="online")
    show.live()
    show.chat("!k")
    show.run(100)
    assert show.said() == ["yes", *(["fired"] if holds else [])]
    skipped = list(show.all_of("skipped").values())
    assert bool(skipped) is not holds
    assert all("only_if" in value["why"] for value in skipped)


@pytest.mark.parametrize("kind", Trigger.model_fields)
def test_every_trigger_has_a_positive_and_a_negative_test(kind: str) -> None:
    seen = {fires > 0 for when, _act, fires in TRIGGERS if kind in when.partition("'")[0]}
    assert seen == {True, False}


@pytest.mark.parametrize("kind", Predicate.model_fields)
def test_every_condition_has_a_positive_and_a_negative_test(kind: str) -> None:
    seen = {holds for only_if, holds in CONDITIONS if only_if.startswith(f"{{{kind}:") and holds is not None}
    assert seen == {True, False}


def test_after_something_has_happened_holds_from_then_on() -> None:
    show = cue("{at: live+3m}", ", only_if: {after: 'poll:p closed', poll: none}")
    show.live()
    poll(show)
    show.run(100)
    assert show.said().count("fired") == 1


def test_suggested_items_wait_for_a_press() -> None:
    show = cue("{at: live+1m}", ", mode: suggest")
    show.live()
    show.run(70)
    ((offer,),) = show.all_of("offer")
    assert show.all_of("offer")[(offer,)]["item"] == "cue:c"
    show.press("release", offer)
    assert show.said() == ["fired"]
    assert show.all_of("offer") == {}
    show.press("release", offer)
    assert show.said() == ["fired"]


def test_shadowed_items_are_only_recorded() -> None:
    show = cue("{at: live+1m}", ", mode: shadow")
    show.live()
    show.run(70)
    assert list(show.all_of("shadowed")) == [("cue:c", "2027-01-15T08:01:00")]
    assert show.fired == [("cue:c", "2027-01-15T08:01:00")]
    assert show.sent == []


def test_a_bot_in_shadow_sends_nothing_at_all() -> None:
    show = cue("{every: 1m}")
    show.situation = replace(show.situation, shadow=True)
    show.live()
    show.press("open_poll", "p")
    show.press("post", text="hello")
    show.chat("!k")
    show.run(200)
    assert show.sent == []
    assert len(show.fired) == 3
    assert {value["why"] for value in show.all_of("act").values()} == {"the bot is in shadow mode and sends nothing"}
