"""How long the ending of a story is waited for: until nothing is open, all that changed was read again, and the judges are content.

Nothing goes wrong any more in the ending, so its last quiet seconds seldom tell anything: most stories end once everything has been
looked at. Patient ones, and those with something to complain of, are waited for longer, as what is late may still come.
"""

from __future__ import annotations

import asyncio

from tests.simulation.judges import problems
from tests.simulation.platform import Row
from tests.simulation.story import Story

BELIEVED = 11.0
"""Seconds after which the bot believes that an event has ended, and a moment."""
LOOKS = (3.5, 4)
"""Seconds between two looks of a patient one, and how many in a row have to find nothing: no read in depth is so long apart."""
GLANCES = (1.0, 14)
"""The same for all others."""
STILL = 4
"""Glances in a row that have to find nothing open before the rest is looked at."""
QUIET = 60.0
"""Seconds after which what is still open stays so."""
SHOW = 12.0
"""Seconds on air within which the cue, the poll from its opening to its results, and the first announcement come."""


async def until_quiet(story: Story) -> None:
    """Nothing open and nothing fresh for a while, or nothing more to be expected."""
    pace, enough = LOOKS if story.patient else GLANCES
    until, still, quiet = story.platform.now + QUIET, 0, 0
    while story.platform.now < until and quiet < enough:
        await asyncio.sleep(pace)
        still = 0 if _open(story) else still + 1
        quiet = 0 if not still or _fresh(story) else quiet + 1
        if still >= STILL and not story.patient and _told(story):
            return


def _open(story: Story) -> bool:
    """Something is still to be done."""
    (rows,) = story.disk.ask("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending', 'unknown')")
    (waits,) = story.disk.ask("SELECT count(*) FROM inbox WHERE state = 'waiting'")
    unsure = story.ends and story.platform.now < story.platform.told_over + BELIEVED
    return bool(rows[0] or waits[0] or unsure)


def _fresh(story: Story) -> bool:
    """Something was just written."""
    return any(row.listed > story.platform.now - 3.0 for row in story.platform.rows.values())


def _told(story: Story) -> bool:
    """Whether there is nothing more to be expected."""
    platform = story.platform
    if story.busy or platform.now < platform.told_live + SHOW or any(poll.open for poll in platform.polls.values()):
        return False
    return all(row.deleted or _looked_at(row) for row in platform.rows.values()) and not problems(story)


def _looked_at(row: Row) -> bool:
    """The bot has read it as it is now."""
    return row.shown > max([row.listed, row.changed, *(when for when, _, _ in row.touched)])
