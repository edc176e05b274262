"""Rule sets that went live, kept whole (T8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class RuleRevisionStore(Protocol):
    """T8: the last good rules survive a restart with a broken file (reliability 3.10)."""

    async def save_revision(self, channel: str, sha: str, files: Mapping[str, str], by: str, at: float) -> None:
        """Remembers a rule set that went live, whole."""
        ...

    async def last_revision(self, channel: str) -> tuple[str, Mapping[str, str]] | None:
        """Hash and files of the newest."""
        ...

    async def revision(self, channel: str, sha: str) -> Mapping[str, str] | None:
        """The files of the rule set that made an old decision."""
        ...
