"""What the parts of a running stage share: the clock, the present switches, the faults, the journal, and the sign to stop."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.stage.faults import FaultDesk
from bot.stage.journal import Journal
from bot.stage.switches import Switches
from bot.stage.timing import StageClock


@dataclass(slots=True)
class Parts:
    """Handed to whoever serves requests; `switches` is replaced as a whole while it runs."""

    clock: StageClock
    switches: Switches
    desk: FaultDesk
    journal: Journal = field(default_factory=Journal)
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
