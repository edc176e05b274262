"""Engagement: polls, quizzes, announcements, commands, captures, questions, cues, and the one speech budget over all of them.

Pure: a signal, the rule files' engagement, what is remembered, the moment, and the time go in; outbox entries, entries to be
taken back and the ledger's new rows come out, and what must be remembered is on the draft. The same call serves the live show,
rehearsals, the preview of `usher check` and tests.

History kinds are told at the head of each module: due (schedule, status, edge, people), firing (fired, item, skipped, offer,
shadowed), lines, speech (speech, waiting, dropped, said), poll_records and polls, announcements (due), commands, predicates
(viewers, happened).
"""

from __future__ import annotations

from bot.engine.engagement.advancing import advance
from bot.engine.engagement.preview import next_due
from bot.engine.engagement.turn import Moves
from bot.engine.engagement.unrolling import Deferred, Planned, Unrolled, unroll

__all__ = ["Deferred", "Moves", "Planned", "Unrolled", "advance", "next_due", "unroll"]
