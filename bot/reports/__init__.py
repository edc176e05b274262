"""Report files: building them is pure, writing them is not."""

from bot.reports.again import write_again
from bot.reports.handing_out import hand_out
from bot.reports.outages import Condition, OutageBook, breakers, feed_gaps
from bot.reports.performing import ReportWriter
from bot.reports.writing import FORMATS, PAGE, folder_of, write_report

__all__ = [
    "FORMATS",
    "PAGE",
    "Condition",
    "OutageBook",
    "ReportWriter",
    "breakers",
    "feed_gaps",
    "folder_of",
    "hand_out",
    "write_again",
    "write_report",
]
