"""Handlers: is it working, stop, go on; events; what is in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.control.desk import ChannelPowers, Desk
from bot.control.lookout import pauses_in_force
from bot.control.models import AlertView, Nothing, PauseAnswer, PauseBody, ResumeBody, StatusAnswer
from bot.control.models_views import EventList, RulesAnswer, RulesList, RuleView
from bot.control.routes import Call, Routes
from bot.control.standing import budget_of, feeds_of, percentiles
from bot.control.views import event_view, pause_view, problem_view
from bot.ports import Pause

routes = Routes()
OPEN = ("pending", "sending", "unknown")
"""States of acts that are not settled."""


@routes.add("GET", "/api/v1/status", answer=StatusAnswer)
async def get_status(desk: Desk, call: Call) -> StatusAnswer:
    """Is it working: ages of the newest reads, budget, backlog, rules, pauses."""
    pauses = await pauses_in_force(desk)
    now, reasons = desk.clock.now(), list(desk.is_ready())
    return StatusAnswer(
        version=desk.version,
        mode=desk.mode,
        ready=not reasons,
        reasons=reasons,
        alerts=[AlertView.model_validate(one, from_attributes=True) for one in desk.live.alarms.newest],
        readers=len(desk.broadcast.readers),
        replicas=[dict(one) for one in desk.replicas()],
        up_for=now - desk.started,
        now=now,
        paused=bool(pauses),
        pauses=[pause_view(pause) for pause in pauses],
        channels=[await _channel_status(desk, channel) for channel in desk.channels.values()],
    )


async def _channel_status(desk: Desk, channel: ChannelPowers) -> dict[str, Any]:
    tally, health = await desk.store.tally(channel.name), channel.health()
    in_flight = health["relay"]["in_flight"]
    return {
        "name": channel.name,
        "rules": (await _rules(desk, channel, tally.by_rule)).model_dump(exclude={"rules"}) | {"count": len(channel.ruleset.rules)},
        "messages": tally.messages,
        "judged": tally.judged,
        "outcomes": dict(tally.outcomes),
        "outbox": dict(tally.entries),
        "inbox": tally.inbox,
        "quarantined": tally.quarantined,
        "exposure": percentiles(tally.exposures),
        **health,
        "feeds": feeds_of(health),
        "budget": budget_of(health),
        "backlog": {"inbox": tally.inbox, "outbox": sum(tally.entries.get(state, 0) for state in OPEN), "in_flight": in_flight},
    }


@routes.add("POST", "/api/v1/pause", answer=PauseAnswer, role="moderator", body=PauseBody)
async def post_pause(desk: Desk, call: Call) -> PauseAnswer:
    """Stop: nothing is sent after this answer. Reading and deciding go on."""
    body: PauseBody = call.body
    now = desk.clock.now()
    until = None if body.for_ is None else now + body.for_
    for channel in desk.channels.values():
        await desk.store.pause(Pause(channel.name, body.event, body.what, until, call.person.name, now))
    for channel in desk.channels.values():
        await channel.quiesce(body.event, body.what)
    return await _told(desk, await _pause_answer(desk))


@routes.add("POST", "/api/v1/resume", answer=PauseAnswer, role="moderator", body=ResumeBody)
async def post_resume(desk: Desk, call: Call) -> PauseAnswer:
    """Go on: what waited is sent now, or dropped."""
    body: ResumeBody = call.body
    dropped = await desk.store.resume("", body.event, body.waiting, call.person.name, desk.clock.now())
    for channel in desk.channels.values():
        channel.ring()
    return await _told(desk, await _pause_answer(desk, dropped))


async def _told(desk: Desk, answer: PauseAnswer) -> PauseAnswer:
    """Everybody who looks sees it at once."""
    desk.broadcast.tell("pause", lambda: answer.model_dump_json(include={"paused", "pauses"}))
    return answer


async def _pause_answer(desk: Desk, dropped: int = 0) -> PauseAnswer:
    pauses = await pauses_in_force(desk)
    waiting = 0
    for channel in desk.channels:
        tally = await desk.store.tally(channel)
        waiting += tally.entries.get("pending", 0)
    return PauseAnswer(paused=bool(pauses), pauses=[pause_view(one) for one in pauses], waiting=waiting, dropped=dropped)


@routes.add("GET", "/api/v1/events", answer=EventList)
async def get_events(desk: Desk, call: Call) -> EventList:
    """All events that are or were followed."""
    return EventList(events=[event_view(channel, state) for channel in desk.channels for state in await desk.store.events(channel)])


@routes.add("GET", "/api/v1/rules", answer=RulesList)
async def get_rules(desk: Desk, call: Call) -> RulesList:
    """The rules in force with their hits, and what is wrong in the files."""
    return RulesList(
        channels=[await _rules(desk, channel, (await desk.store.tally(channel.name)).by_rule) for channel in desk.channels.values()]
    )


@routes.add("POST", "/api/v1/rules/reload", answer=RulesList, role="moderator", body=Nothing)
async def post_rules_reload(desk: Desk, call: Call) -> RulesList:
    """Reads the rule files now; what the shrink guard held back is accepted by this press."""
    for channel in desk.channels.values():
        await channel.reload_rules(confirm=True)
    await desk.store.audit(call.person.name, "rules.reload", "", desk.clock.now())
    return await _reloaded(desk, call)


async def _reloaded(desk: Desk, call: Call) -> RulesList:
    answer = await get_rules(desk, call)
    if not isinstance(answer, RulesList):
        raise TypeError("get_rules answers with RulesList")
    return answer


async def _rules(desk: Desk, channel: ChannelPowers, hits: Mapping[str, int]) -> RulesAnswer:
    undone, errors = await desk.store.undone_rules(channel.name), desk.teller.errors
    return RulesAnswer(
        channel=channel.name,
        hash=channel.ruleset.hash,
        since=channel.rules_since,
        folder=channel.rules_folder,
        pending=channel.rules_pending,
        last_save=dict(channel.last_save),
        in_shadow=list(channel.in_shadow),
        problems=[problem_view(problem) for problem in channel.rule_problems],
        rules=[
            RuleView(
                id=rule.id,
                mode=rule.mode,
                enabled=rule.enabled,
                reason=rule.reason,
                severity=rule.severity,
                file=rule.file,
                line=rule.line,
                hits=hits.get(rule.id, 0),
                undone=undone.get(rule.id, 0),
                errors=errors[channel.name, rule.id],
            )
            for rule in channel.ruleset.rules
        ],
    )
