"""One channel: its platform client, rules, intake, runner and relay, tied together by bells. It is what control may touch.

Start-up asks the platform once: a token that is not accepted, or only unknown events, end the start; an unreachable platform is
waited for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import structlog

from bot.alerts import Notifier, WebhookCaller
from bot.app.answering import LOOK_EVERY, Answering
from bot.app.lease import Share, permitted
from bot.app.onlookers import Onlookers
from bot.app.overload import OverloadWatch
from bot.app.saves import Saves
from bot.app.streams import ChannelStreams
from bot.clock import Clock
from bot.config import Channel, Config
from bot.domain.errors import NoRight, PlatformError, Refused, UsageError
from bot.domain.signals import Author
from bot.engine.engagement.board import board
from bot.engine.gate import gate
from bot.engine.undo_plan import UndoPlan
from bot.engine.why import Why, rule_text
from bot.intake.audience import AudienceFeed
from bot.intake.discovery import LIVE, Discovery
from bot.intake.feeds import Feeds
from bot.intake.pacing import reading_rate
from bot.intake.timers import Timers
from bot.intake.webhooks import WebhookDoor
from bot.outbox.relay import Relay
from bot.platform_api.beestreamed.client import BeeStreamed, missing_credentials
from bot.platform_api.beestreamed.webhooks import decode_webhook
from bot.ports import Performs, ReportFile
from bot.reports import Condition, OutageBook, ReportWriter, breakers, feed_gaps, hand_out
from bot.rulefiles import RuleFolder, RuleMirror, load, parse_texts
from bot.ruleset.engagement import Engagement
from bot.ruleset.model import Rule, Ruleset
from bot.ruleset.problems import Problem
from bot.runner import Runner
from bot.services import Asker
from bot.store import Store

log = structlog.get_logger("app")

STALE_READ = 30.0
"""Seconds without a good read of a live feed after which we are not ready."""


class ChannelParts:
    """Built at once, `prepare` before anything runs, `run` gives the tasks, `stop` ends them in reverse."""

    def __init__(
        self,
        channel: Channel,
        config: Config,
        store: Store,
        clock: Clock,
        onlookers: Onlookers | None = None,
        *,
        share: Share | None = None,
    ) -> None:
        missing = missing_credentials(channel)
        if missing:
            raise UsageError(missing)
        self.channel = channel
        self.clock = clock
        self.store = store
        seen = onlookers or Onlookers()
        self._services = seen.services or Asker(config.service, clock)
        self._inbox, self._outbox = asyncio.Event(), asyncio.Event()
        self.client = BeeStreamed(channel, config.bot, clock, tell=self._odd)
        self.saves = Saves(channel.name, store, clock, lambda: self.discovery.states, self.ring)
        self.share = share
        self.rules = self._rules_in_force(share)
        self.feeds = Feeds(channel, config.bot, self.client, store, clock, wake=self._inbox, rate=self._reading_rate)
        self.discovery = Discovery(channel, self.client, store, clock, self.feeds, self._inbox)
        self.runner = self._make_runner(config, seen)
        self.streams = ChannelStreams(
            config, channel, self.client, store, clock, self.runner, lambda: self.discovery.states, self._odd
        )
        self.audience = AudienceFeed(
            channel.name, self.client, store, clock, self.streams.heard, lambda: self.discovery.states, self._asked
        )
        self.relay = self._make_relay(config, seen)
        self.overload = OverloadWatch(
            channel.name, channel.lock_when_behind, store, clock, lambda: self.client.usage().limit, self.runner.overloaded
        )
        self.timers = Timers(clock, lambda: self.runner.events, self.runner.tick, self.runner.next_due, clock.speed)
        self.door = self._make_door()
        self.outages = OutageBook(store, channel.name, clock, self._not_working, clock.new_secret)

    def _rules_in_force(self, share: Share | None) -> RuleFolder | RuleMirror:
        if share is not None:
            self.client.transport.act_only_while(share.permit)
            return share.rules(self.channel, self.saves.coming)
        folder = Path(self.channel.rules)
        return RuleFolder(
            folder, self.store, self.clock, gate, channel=self.name, coming=self.saves.coming, services=self._services.names
        )

    def _make_runner(self, config: Config, seen: Onlookers) -> Runner:
        return Runner(
            self.name,
            self.store,
            lambda: self.rules.ruleset,
            Author(config.bot.name, config.bot.email),
            self.clock,
            wake=self._inbox,
            outbox=self._outbox,
            shadow=config.bot.mode == "shadow",
            told=seen.saw,
            old_rules=self._old_rules,
            rule_text=self._rule_text,
        )

    def _make_relay(self, config: Config, seen: Onlookers) -> Relay:
        return Relay(
            self.channel,
            self.store,
            self._performers(config, seen.alerts),
            self.clock,
            wake=self._outbox,
            told=self._inbox,
            draw=self.clock.random.random,
            heard=seen.acted,
        )

    def _make_door(self) -> WebhookDoor:
        return WebhookDoor(
            self.name,
            self.store,
            self.clock,
            verify=self.client.verify,
            decode=decode_webhook,
            wake=self._inbox,
            look=self.look_now,
            max_age=self.channel.webhook_max_age,
        )

    def _performers(self, config: Config, alerts: Notifier | None) -> Mapping[str, Performs]:
        kinds = ("set_message_status", "post_message", "create_poll", "set_poll", "count_poll", "set_event")
        performers: dict[str, Performs] = dict.fromkeys(kinds, self.client)
        performers["set_stream"] = self.streams.performer
        performers |= {"send_alert": alerts or Notifier([], self.clock, config.bot.name), "call_webhook": WebhookCaller()}
        performers["ask_service"] = self._services
        performers["write_report"] = ReportWriter(self.store, self.name, Path(config.reports.out))
        return performers if self.share is None else permitted(performers, self.share.permit)

    # ── life ──

    async def prepare(self) -> None:
        """Rules read, platform asked. Raises UsageError for what waiting cannot mend."""
        await self.rules.start()
        await self._ask_platform()
        self.runner.know(await self.discovery.begin())

    async def _ask_platform(self) -> None:
        refs = [ref for ref in self.channel.follow if ref != LIVE]
        try:
            await self.client.check()
            if refs and LIVE not in self.channel.follow:
                await self._find_one(refs)
        except NoRight as error:
            raise UsageError(f"channel '{self.name}': the platform does not accept the token: {error}") from None
        except PlatformError as error:
            log.warning("platform.waiting", channel=self.name, error=str(error))

    async def _find_one(self, refs: Sequence[str]) -> None:
        """A typing mistake in `follow` is told at once, not after an hour of silence."""
        for ref in refs:
            try:
                await self.client.read_event(ref)
            except Refused as error:
                if error.status != 404:
                    return
            else:
                return
        raise UsageError(
            f"channel '{self.name}': the account has no event {' or '.join(repr(ref) for ref in refs)}; check `follow`"
        )

    def run(self) -> list[asyncio.Task[None]]:
        """Everything that runs until `stop`."""
        patience = LOOK_EVERY if self.share is None else 4 * LOOK_EVERY  # hundreds of channels ask one database
        jobs: dict[str, Coroutine[Any, Any, None]] = {
            "rules": self.rules.run(),
            "feeds": self.feeds.run(),
            "discovery": self.discovery.run(),
            "audience": self.audience.run(),
            "livestreams": self.streams.watch.run(),
            "runner": self.runner.run(),
            "relay": self.relay.run(),
            "timers": self.timers.run(),
            "overload": self.overload.run(),
            "outages": self.outages.run(),
            "answering": Answering(self.name, self.store, self.clock, self.runner, every=patience).run(),
        }
        return [asyncio.create_task(job, name=f"{name} of {self.name}") for name, job in jobs.items()]

    async def stop(self) -> None:
        """What takes in first, then what decides, then what sends."""
        await self.timers.stop()
        await self.discovery.stop()
        await self.audience.stop()
        await self.feeds.stop()
        await self.runner.stop()
        await self.relay.stop()
        await self.streams.stop()
        await self.client.close()

    def _asked(self) -> frozenset[str]:
        engagement = self.ruleset.engagement
        return engagement.asks if engagement is not None else frozenset()

    def unready(self) -> list[str]:
        """Why this channel is not working; empty when it is."""
        now = self.clock.now()
        live = self._on_air()
        reasons = list(self.discovery.unknown())
        if self.discovery.error:
            reasons.append(f"the list of events cannot be read: {self.discovery.error}")
        for feed in self.feeds.health(now):
            if feed["event"] in live and (feed["age"] is None or feed["age"] > STALE_READ):
                reasons.append(f"{feed['surface']} of {feed['event']} has not been read: {feed['error'] or 'no answer yet'}")
        if self.relay.stats.stopped:
            reasons.append(f"nothing is sent: {self.relay.stats.stopped}")
        return reasons

    def _on_air(self) -> set[str]:
        return {ref for ref, state in self.discovery.states.items() if state.phase in {"on_air", "playback"}}

    def _not_working(self, now: float) -> list[Condition]:
        """For the report's list of interruptions."""
        found = [
            *feed_gaps(self.feeds.health(now), self._on_air(), now),
            *breakers(self.client.transport.health(), now),
            *self.streams.conditions(),
        ]
        stopped = self.relay.stats.stopped
        return [*found, Condition("sending", "", now, stopped)] if stopped else found

    # ── what people may do (control/desk.py: ChannelPowers) ──

    @property
    def name(self) -> str:
        """The channel's name."""
        return self.channel.name

    @property
    def ruleset(self) -> Ruleset:
        """The rules in force."""
        return self.rules.ruleset

    @property
    def rule_problems(self) -> Sequence[Problem]:
        """What is wrong in the rule files now."""
        return self.rules.problems

    @property
    def rules_since(self) -> float:
        """Since when they are in force."""
        return self.rules.since

    @property
    def rules_folder(self) -> str:
        """Where the rule files are."""
        return str(self.rules.folder)

    @property
    def rules_pending(self) -> str:
        """Why a save waits for a confirmation."""
        return self.rules.held

    async def reload_rules(self, *, confirm: bool = False) -> None:
        """Reads the folder now."""
        await self.rules.reload(force=confirm, by="control")

    def ring(self) -> None:
        """Wakes runner and relay."""
        self._inbox.set()
        self._outbox.set()

    def look_now(self, event: str = "") -> None:
        """Makes discovery and feeds look at once."""
        self.discovery.look_now(event)
        self.feeds.look_now(event)

    async def quiesce(self, event: str, what: str) -> None:
        """Waits until no send that a pause covers is in flight."""
        if not await self.relay.quiesce(event, what):
            log.error("pause.call_did_not_end", channel=self.name, event_ref=event)

    async def plan_undo(self, event: str, data: Mapping[str, Any]) -> UndoPlan:
        """What the act `undo_all` with this data would come to: {"rule"}, {"author"}, {"since"}, or several of them together."""
        return await self.runner.plan_undo(event, data)

    async def offers(self, event: str, rule: str = "") -> list[dict[str, Any]]:
        """What rules in `suggest` (or tripped ones) have waiting for a person."""
        return await self.runner.offers(event, rule)

    async def board(self, event: str) -> dict[str, Any]:
        """The event's engagement as values."""
        engagement, memory = self.ruleset.engagement or Engagement(), await self.runner.memory(event)
        return board(engagement, memory, self.runner.situation(event).event, self.clock.now())

    async def why(self, event: str, decision: str, rule: str) -> Why | None:
        """Why a rule acted on the message of a decision, or why it did not; None if the message is no longer known."""
        return await self.runner.why(event, decision, rule)

    @property
    def last_save(self) -> Mapping[str, Any]:
        """What the newest save changed."""
        return self.saves.last.json

    @property
    def in_shadow(self) -> Sequence[str]:
        """Rules that it began in shadow."""
        return self.saves.in_shadow

    def confirmed(self, rules: Sequence[str]) -> None:
        """Somebody has looked at them."""
        self.saves.confirmed(rules)

    async def foretell_files(self) -> Mapping[str, Any]:
        """What the files on disk would change."""
        parsed = (await asyncio.to_thread(load, self.rules.folder, self._services.names)).parsed
        if parsed.ruleset is None:
            raise UsageError("; ".join(f"{one.file}:{one.line}: {one.text}" for one in parsed.errors[:5]))
        return (await self.saves.foretell(self.rules.ruleset, parsed.ruleset)).json

    async def report(self, event: str, *, format: str = "html", names: str = "", table: str = "") -> ReportFile:
        """The event's report to hand out; `names` "" is what the rules say. Raises UsageError for what does not exist."""
        engagement = self.ruleset.engagement
        usual = engagement.reports.names if engagement is not None and engagement.reports is not None else "named"
        return await hand_out(self.store, self.name, event, format=format, names=names or usual, table=table)

    async def _rule_text(self, sha: str, rule: Rule) -> str:
        texts = await self.store.revision(self.name, sha)
        return rule_text((texts or {}).get(rule.file, ""), rule.line)

    async def _old_rules(self, sha: str) -> Ruleset | None:
        """Rules that made a decision of the past, from their stored revision."""
        texts = await self.store.revision(self.name, sha)
        parsed = await asyncio.to_thread(parse_texts, texts) if texts is not None else None
        return None if parsed is None or parsed.ruleset is None else replace(parsed.ruleset, hash=sha)

    async def webhook(self, headers: Mapping[str, str], body: bytes) -> tuple[int, str]:
        """Takes a delivery."""
        return await self.door.receive(headers, body)

    @property
    def livestreams(self) -> Sequence[Mapping[str, Any]]:
        """The configured livestreams as last seen."""
        return self.streams.watch.told()

    def health(self) -> Mapping[str, Any]:
        """Ages, budget, backlog, last errors."""
        usage, stats, hooks = self.client.usage(), self.relay.stats, self.door.stats
        return {
            "feeds": self.feeds.health(self.clock.now()),
            "events": self.discovery.health(),
            "budget": {
                "limit": usage.limit,
                "configured": usage.configured,
                "last_minute": usage.last_minute,
                "total": usage.total,
            },
            "calls": {" ".join(words): count for words, count in self.client.transport.answers.items()},
            "relay": {"in_flight": stats.in_flight, "done": stats.done, "failed": stats.failed, "unclear": stats.unclear}
            | {"adopted": stats.adopted, "stopped": stats.stopped, "last_error": stats.last_error},
            "webhooks": {"stored": hooks.stored, "known": hooks.known, "forged": hooks.forged, "quarantined": hooks.quarantined},
            "connection": dict(self.client.transport.health()),
            "services": dict(self._services.health()),
            "replica": dict(self.share.where(self.name)) if self.share is not None else {},
        }

    def _odd(self, text: str) -> None:
        """Something in the platform's answers that the documents do not foresee; key names only."""
        log.info("platform.odd", channel=self.name, what=text)

    def _reading_rate(self) -> float:
        usage = self.client.usage()
        return reading_rate(usage.limit, usage.others_lately)
