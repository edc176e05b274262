"""One channel's rules where several replicas share a database: the newest revision there is what is in force.

Folders become revisions by FanOut; here they are only followed: when another replica says so, and every few seconds in any case.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import structlog

from bot.domain.errors import StoreError, UsageError
from bot.engine.gate import Gated
from bot.ports import Clock, RuleRevisionStore
from bot.rulefiles.folder import Coming, Gate
from bot.rulefiles.reading import parse_texts
from bot.ruleset.model import Ruleset
from bot.ruleset.problems import Problem

LOOK_EVERY = 60.0
"""Seconds between two looks of its own: the replica looks for all its channels at once, and much more often."""
_KEPT = 8
_log = structlog.get_logger("rulefiles")


class Source(Protocol):
    """The folder on this replica that becomes revisions."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong in it."""
        ...

    @property
    def held(self) -> str:
        """Why a save waits to be confirmed."""
        ...

    async def reload(self, *, force: bool = False, by: str = "file") -> bool:
        """Looks at it now."""
        ...


@dataclass(frozen=True, slots=True)
class Compiled:
    """A revision, ready for use; without a rule set if it cannot be used."""

    ruleset: Ruleset | None
    problems: tuple[Problem, ...] = ()


class RevisionShelf:
    """Revisions that were made ready, shared by all channels of a process."""

    def __init__(self, gate: Gate, services: Collection[str] | None = None) -> None:
        self._gate = gate
        self._services = services
        self._known: OrderedDict[tuple[str, str], asyncio.Task[Compiled]] = OrderedDict()

    async def take(self, sha: str, texts: Mapping[str, str], before: Ruleset | None) -> Compiled:
        """A revision's rules. What fails its own tests stays as it was in `before`."""
        key = (sha, before.hash if before is not None else "")
        if key not in self._known:
            work = asyncio.to_thread(self._compile, sha, dict(texts), before)
            self._known[key] = asyncio.ensure_future(work)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return await asyncio.shield(self._known[key])

    def _compile(self, sha: str, texts: Mapping[str, str], before: Ruleset | None) -> Compiled:
        parsed = parse_texts(texts, self._services)
        if parsed.ruleset is None:
            return Compiled(None, parsed.problems)
        gated: Gated = self._gate(parsed.ruleset, before, texts)
        return Compiled(replace(gated.ruleset, hash=sha), (*gated.failures, *parsed.problems))


class RuleMirror:
    """Offers what RuleFolder offers. `source` is this replica's folder of the channel, if it has one."""

    def __init__(
        self,
        folder: Path | str,
        store: RuleRevisionStore,
        clock: Clock,
        shelf: RevisionShelf,
        *,
        channel: str,
        source: Source | None = None,
        coming: Coming | None = None,
        changed: Callable[[], None] | None = None,
    ) -> None:
        self.folder = Path(folder)
        self.channel = channel
        self.since = 0.0
        self.texts: Mapping[str, str] = {}
        self._store = store
        self._clock = clock
        self._shelf = shelf
        self._source = source
        self._coming = coming
        self._changed = changed or (lambda: None)
        self._ruleset: Ruleset | None = None
        self._problems: tuple[Problem, ...] = ()
        self._refused = ""
        self._bell = asyncio.Event()
        self._turn = asyncio.Lock()

    @property
    def ruleset(self) -> Ruleset:
        """The rules in force; UsageError before `start`."""
        if self._ruleset is None:
            raise UsageError("the rules have not been read yet")
        return self._ruleset

    @property
    def newest(self) -> str:
        """The hash of the newest revision that was looked at, whether it could be used or not."""
        return self._refused or (self._ruleset.hash if self._ruleset is not None else "")

    @property
    def is_ready(self) -> bool:
        """Whether rules are in force."""
        return self._ruleset is not None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Of the revision, and of this replica's folder."""
        return (*(self._source.problems if self._source is not None else ()), *self._problems)

    @property
    def held(self) -> str:
        """Why a save of this replica's folder waits to be confirmed."""
        return self._source.held if self._source is not None else ""

    async def start(self) -> None:
        """The newest revision. UsageError if there is none that can be used."""
        await self.follow()
        if self._ruleset is None:
            told = "; ".join(problem.render() for problem in self._problems[:5])
            hint = "give one replica the folder, or run `usher rules push DIR`"
            raise UsageError(f"channel '{self.channel}': the database holds no rules that can be used; {hint}. {told}".strip())

    async def run(self) -> None:
        """Follows the database until it is cancelled."""
        while True:
            try:
                async with asyncio.timeout(LOOK_EVERY):
                    await self._bell.wait()
            except TimeoutError:
                _log.debug("rules_looked_at", channel=self.channel)
            self._bell.clear()
            try:
                await self.follow()
            except StoreError as error:
                _log.warning("rules_not_followed", channel=self.channel, error=str(error))

    def ring(self) -> None:
        """Another replica says that there are new rules."""
        self._bell.set()

    async def reload(self, *, force: bool = False, by: str = "file") -> bool:
        """Looks at this replica's folder, then at the database; True if other rules went live."""
        if self._source is not None:
            await self._source.reload(force=force, by=by)
        return await self.follow()

    async def follow(self) -> bool:
        """Looks at the database now; True if other rules went live."""
        async with self._turn:
            newest = await self._store.last_revision(self.channel)
            if newest is None or newest[0] in {self._refused, self._ruleset.hash if self._ruleset is not None else None}:
                return False
            return await self._consider(*newest)

    async def _consider(self, sha: str, texts: Mapping[str, str]) -> bool:
        before = self._ruleset
        compiled = await self._shelf.take(sha, texts, before)
        self._problems = compiled.problems
        if compiled.ruleset is None:
            self._refused = sha
            _log.error("rules_have_problems", channel=self.channel, hash=sha[:12], problems=len(compiled.problems))
        else:
            if before is not None and self._coming is not None:
                await self._coming(before, compiled.ruleset)
            self._refused = ""
            self._ruleset, self.texts, self.since = compiled.ruleset, dict(texts), self._clock.now()
            _log.info("rules_live", channel=self.channel, hash=sha[:12], rules=len(compiled.ruleset.rules), by="revision")
        self._changed()
        return compiled.ruleset is not None


Told = Callable[[], Awaitable[None]]


class FanOut:
    """A folder's revisions, kept for every channel that uses it (a RuleRevisionStore for RuleFolder).

    At a start a folder whose contents are already known here holds an older state: what is newest in the database stays. What was
    never seen is news (a deployment with new files), and so is every save while we look on.
    """

    def __init__(self, store: RuleRevisionStore, channels: tuple[str, ...], told: Told) -> None:
        self._store = store
        self._channels = channels
        self._told = told

    async def save_revision(self, channel: str, sha: str, files: Mapping[str, str], by: str, at: float) -> None:
        """For all channels of the folder; those who act for them are told."""
        for name in self._channels:
            newest = await self._store.last_revision(name)
            if newest is not None and newest[0] == sha:
                continue
            if by == "start" and newest is not None and await self._store.revision(name, sha) is not None:
                _log.warning("rules_folder_is_older", channel=name, hash=sha[:12], hint="`usher rules push DIR` puts it in force")
                continue
            await self._store.save_revision(name, sha, files, by, at)
        await self._told()

    async def last_revision(self, channel: str) -> tuple[str, Mapping[str, str]] | None:
        """Of the first channel."""
        return await self._store.last_revision(self._channels[0])

    async def revision(self, channel: str, sha: str) -> Mapping[str, str] | None:
        """Of the first channel."""
        return await self._store.revision(self._channels[0], sha)
