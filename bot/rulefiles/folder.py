"""One channel's rule folder while the bot runs: always offers a whole rule set, never a broken or empty one.

A save is read until two reads agree, parsed and tested in a thread, doubted (guard.py), stored as a revision (T8) and only
then put in force by one assignment. Whatever fails, the last good rules stay and the problems are shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog
from watchfiles import awatch

from bot.domain.errors import StoreError, UsageError
from bot.engine.gate import Gated
from bot.ports import Clock, RuleRevisionStore
from bot.rulefiles.guard import Doubt, doubts_about_rules, doubts_about_texts
from bot.rulefiles.reading import Signature, Snapshot, parse_snapshot, parse_texts, read_folder
from bot.ruleset.model import Ruleset
from bot.ruleset.problems import Problem

Gate = Callable[[Ruleset, Ruleset | None, Mapping[str, str]], Gated]
"""Runs the rules' own tests: (new, in force, sources) → what may go live."""

Coming = Callable[[Ruleset, Ruleset], Awaitable[None]]
"""Told of a save before its rules are in force: (in force, coming)."""

AGREE = 0.3
"""Seconds between two reads that have to agree."""
DOUBTFUL = 3.0
"""So many times longer a save has to stay as it is if it looks a little strange."""
_log = structlog.get_logger("rulefiles")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What a snapshot would bring."""

    snapshot: Snapshot
    gated: Gated | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Held:
    """A save that waits to be confirmed."""

    sha: str
    signature: Signature


class RuleFolder:
    """Call `start` once, then keep `run` going. Times are real seconds, also where the clock of a rehearsal runs faster.

    `services` are the configured ones that rules may ask, if that is known.
    """

    def __init__(
        self,
        folder: Path | str,
        store: RuleRevisionStore,
        clock: Clock,
        gate: Gate,
        *,
        channel: str = "main",
        changed: Callable[[], None] | None = None,
        coming: Coming | None = None,
        services: Collection[str] | None = None,
        look_every: float = 3.0,
        agree: float = AGREE,
    ) -> None:
        self.folder = Path(folder)
        self.channel = channel
        self.problems: tuple[Problem, ...] = ()
        self.since = 0.0
        self.held = ""
        """Why a save waits to be confirmed; empty if none does."""
        self._store = store
        self._clock = clock
        self._gate = gate
        self._changed = changed or (lambda: None)
        self._coming = coming
        self._services = services
        self._look_every = look_every
        self._agree = agree
        self._ruleset: Ruleset | None = None
        self._texts: Mapping[str, str] = {}
        self._seen: Signature | None = None
        self._waiting: _Held | None = None
        self._lock = asyncio.Lock()

    @property
    def ruleset(self) -> Ruleset:
        """The rules in force; UsageError before `start`."""
        if self._ruleset is None:
            raise UsageError("the rules have not been read yet")
        return self._ruleset

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts of all files that the rules in force were made of."""
        return self._texts

    async def start(self) -> None:
        """The first reading: the folder, or if it is broken the last revision of the store. UsageError if there is neither."""
        async with self._lock:
            snapshot = await self._stable()
            candidate = await asyncio.to_thread(self._examine, snapshot)
            if candidate.gated is None or candidate.gated.left_out:
                await self._use_last_revision()
                if self._ruleset is not None:
                    candidate = await asyncio.to_thread(self._examine, snapshot)
            self._seen = snapshot.signature
            self.problems = candidate.problems
            if candidate.gated is not None:
                await self._put_in_force(candidate, "start")
        if self._ruleset is None:
            told = "\n".join(problem.render() for problem in self.problems)
            raise UsageError(f"the rules in '{self.folder}' cannot be used:\n{told}")
        self._tell()

    async def run(self) -> None:
        """Follows the folder until it is cancelled."""
        bell = asyncio.Event()
        watcher = asyncio.create_task(self._watch(bell), name=f"watch rules of {self.channel}")
        try:
            while True:
                try:
                    await asyncio.wait_for(bell.wait(), self._look_every)
                except TimeoutError:
                    _log.debug("rules_looked_at", channel=self.channel)
                bell.clear()
                await self.reload()
        finally:
            watcher.cancel()
            await asyncio.gather(watcher, return_exceptions=True)

    async def reload(self, *, force: bool = False, by: str = "file") -> bool:
        """Looks at the folder now; True if other rules went live. `force` confirms a save that was held back."""
        async with self._lock:
            try:
                if not force and await asyncio.to_thread(_signature, self.folder) == self._seen:
                    return False
                snapshot = await self._stable()
            except UsageError as error:
                self._show((Problem(str(self.folder), 1, 1, str(error)),))
                return False
            return await self._consider(snapshot, force=force, by=by)

    async def _consider(self, snapshot: Snapshot, *, force: bool, by: str) -> bool:
        confirmed = force or self._confirms(snapshot)
        doubts = [] if confirmed else doubts_about_texts(self._texts, snapshot.texts)
        if any(not doubt.hold for doubt in doubts) and not await self._unchanged(snapshot):
            return False
        candidate = await asyncio.to_thread(self._examine, snapshot)
        self._seen = snapshot.signature
        if candidate.gated is None:
            self._show(candidate.problems)
            return False
        if self._ruleset is not None and not confirmed:
            doubts += doubts_about_rules(self._ruleset, candidate.gated.ruleset)
        held = [doubt for doubt in doubts if doubt.hold]
        if held:
            self._hold(snapshot, held, candidate.problems)
            return False
        before, told = self._ruleset, self.problems
        if before is not None and self._coming is not None and candidate.gated.ruleset.hash != before.hash:
            await self._coming(before, candidate.gated.ruleset)
        await self._put_in_force(candidate, by)
        if self._ruleset is not before or self.problems != told:
            self._tell()
        return self._ruleset is not before

    def _examine(self, snapshot: Snapshot) -> _Candidate:
        """In a thread: parse, and run the rules' own tests."""
        parsed = parse_snapshot(snapshot, self._services)
        if parsed.ruleset is None:
            return _Candidate(snapshot, None, parsed.problems)
        gated = self._gate(parsed.ruleset, self._ruleset, snapshot.texts)
        return _Candidate(snapshot, gated, (*gated.failures, *parsed.problems))

    async def _put_in_force(self, candidate: _Candidate, by: str) -> None:
        gated = candidate.gated
        if gated is None:
            return
        problems = candidate.problems
        if self._ruleset is None or gated.ruleset.hash != self._ruleset.hash:
            now = self._clock.now()
            try:
                await self._store.save_revision(self.channel, gated.ruleset.hash, candidate.snapshot.texts, by, now)
            except StoreError as error:
                text = f"these rules are in force but could not be stored for a restart: {error}"
                problems = (*problems, Problem(str(self.folder), 1, 1, text, level="warning"))
            self._ruleset, self.since = gated.ruleset, now
            _log.info("rules_live", channel=self.channel, hash=gated.ruleset.hash[:12], rules=len(gated.ruleset.rules), by=by)
        self._texts = candidate.snapshot.texts
        self._waiting, self.held = None, ""
        self.problems = problems

    async def _use_last_revision(self) -> None:
        stored = await self._store.last_revision(self.channel)
        if stored is None:
            return
        parsed = await asyncio.to_thread(parse_texts, stored[1])
        if parsed.ruleset is not None:
            self._ruleset, self._texts, self.since = parsed.ruleset, dict(stored[1]), self._clock.now()
            _log.warning("rules_of_last_run", channel=self.channel, hash=parsed.ruleset.hash[:12])

    def _hold(self, snapshot: Snapshot, doubts: list[Doubt], problems: tuple[Problem, ...]) -> None:
        self._waiting = _Held(snapshot.sha, snapshot.signature)
        self.held = "; ".join(doubt.text for doubt in doubts)
        hint = "if that is meant, save once more without a change, or reload the rules by hand; the old rules stay until then"
        found = tuple(Problem(doubt.file or str(self.folder), 1, 1, doubt.text, hint) for doubt in doubts)
        self._show((*found, *problems))

    def _confirms(self, snapshot: Snapshot) -> bool:
        """The same contents as the save that waits, saved anew."""
        waiting = self._waiting
        return waiting is not None and waiting.sha == snapshot.sha and waiting.signature != snapshot.signature

    def _show(self, problems: tuple[Problem, ...]) -> None:
        if problems != self.problems:
            self.problems = problems
            self._tell()

    def _tell(self) -> None:
        errors = [problem for problem in self.problems if problem.level == "error"]
        if errors:
            shown = "\n".join(problem.render() for problem in errors[:20])
            _log.error("rules_have_problems", channel=self.channel, problems=len(errors), shown=shown)
        self._changed()

    async def _stable(self) -> Snapshot:
        """Reads until two reads in a row agree; while somebody writes on, this goes on as well."""
        before = await asyncio.to_thread(read_folder, self.folder)
        while True:
            await asyncio.sleep(self._agree)
            after = await asyncio.to_thread(read_folder, self.folder)
            if after == before:
                return after
            before = after

    async def _unchanged(self, snapshot: Snapshot) -> bool:
        await asyncio.sleep(self._agree * DOUBTFUL)
        return await asyncio.to_thread(read_folder, self.folder) == snapshot

    async def _watch(self, bell: asyncio.Event) -> None:
        """Rings at every change. Watching may fail (no folder, too many watches): the look every few seconds remains."""
        while True:
            try:
                async for _ in _changes(self.folder):
                    bell.set()
            except (OSError, RuntimeError) as error:
                _log.warning("rules_not_watched", channel=self.channel, error=str(error))
            await asyncio.sleep(self._look_every)


async def _changes(folder: Path) -> AsyncIterator[None]:
    async for _found in awatch(folder, watch_filter=None, debounce=100, step=30, rust_timeout=1000, recursive=True):
        yield None


def _signature(folder: Path) -> Signature:
    return read_folder(folder).signature
