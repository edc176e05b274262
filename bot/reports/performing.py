"""The act `write_report`: the end of an event, or a cue's `report: true`. Repeating it is harmless: files are replaced whole."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import structlog

from bot.domain.actions import Action, WriteReport
from bot.domain.errors import NotSent, Refused, StoreBroken, StoreError, Superseded, UsageError
from bot.ports import Applied, ReportStore
from bot.reports.writing import folder_of, write_report

log = structlog.get_logger("reports")

LONGEST = 300.0
"""Seconds; a report of a hundred thousand messages takes a tenth of it."""


class ReportWriter:
    """ports.Performs for one channel. Reports go to `<base>/<event>/`."""

    def __init__(self, store: ReportStore, channel: str, base: Path) -> None:
        self._store = store
        self._channel = channel
        self._base = base

    async def perform(self, event: str, action: Action) -> Applied:
        """Raises NotSent (try again: the disk, the time) or Refused."""
        if not isinstance(action, WriteReport):
            raise Refused(f"a report is written here, nothing like '{action.kind}'")
        folder = folder_of(self._base, event)
        try:
            async with asyncio.timeout(LONGEST):
                files = await write_report(self._store, self._channel, event, folder, formats=action.formats, names=action.names)
        except UsageError as error:
            raise Refused(str(error)) from None
        except (StoreBroken, Superseded):
            raise
        except StoreError as error:
            raise NotSent(f"the report could not be read from the state: {error}") from None
        except TimeoutError:
            raise NotSent(f"the report was not ready within {LONGEST:.0f} s; `usher report {event}` writes it by hand") from None
        except OSError as error:
            raise NotSent(f"the report cannot be written to {folder}: {error.strerror or error}") from None
        except Exception as error:
            # Whatever is wrong in a report, moderation goes on: this act fails and says so.
            log.exception("report.failed", channel=self._channel, event_ref=event)
            raise Refused(f"the report could not be built ({type(error).__name__}); the log says where") from error
        return Applied(remote=str(folder), result={"files": [file.name for file in files]})

    async def look_for(self, event: str, action: Action, since: float, known: Sequence[str]) -> Sequence[str]:
        """Nothing to look for: writing again is harmless."""
        return ()
