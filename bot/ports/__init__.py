"""What the parts need from each other: small promises. An edge imports these, never its neighbour."""

from bot.ports.desk import AuditRow, ControlStore, DecisionRow, MessageRow, Minute, Pause, Tally
from bot.ports.livestream import (
    RUNNING,
    Ingest,
    Livestream,
    StreamFigures,
    StreamRecord,
    StreamState,
    StreamStatus,
    StreamStore,
    StreamVerb,
    Switched,
)
from bot.ports.platform import Applied, Page, Performs, ReadsAudience, ReadsEvents, ReadsMessages, Watching
from bot.ports.privacy import Forgotten, PrivacyStore, Request
from bot.ports.report import Outage, OutageStore, ReportAct, ReportDecision, ReportFile, ReportMessage, ReportStore, Sample
from bot.ports.revisions import RuleRevisionStore
from bot.ports.store import FeedCursor, InboxItem, Intaken, IntakeStore, OutboxRow, OutboxStore, RunnerStore
from bot.ports.time import Bell, Clock

__all__ = [
    "RUNNING",
    "Applied",
    "AuditRow",
    "Bell",
    "Clock",
    "ControlStore",
    "DecisionRow",
    "FeedCursor",
    "Forgotten",
    "InboxItem",
    "Ingest",
    "IntakeStore",
    "Intaken",
    "Livestream",
    "MessageRow",
    "Minute",
    "Outage",
    "OutageStore",
    "OutboxRow",
    "OutboxStore",
    "Page",
    "Pause",
    "Performs",
    "PrivacyStore",
    "ReadsAudience",
    "ReadsEvents",
    "ReadsMessages",
    "ReportAct",
    "ReportDecision",
    "ReportFile",
    "ReportMessage",
    "ReportStore",
    "Request",
    "RuleRevisionStore",
    "RunnerStore",
    "Sample",
    "StreamFigures",
    "StreamRecord",
    "StreamState",
    "StreamStatus",
    "StreamStore",
    "StreamVerb",
    "Switched",
    "Tally",
    "Watching",
]
