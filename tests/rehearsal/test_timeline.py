"""The timeline: planned times, what brought what about, and nothing of the machine's own haste."""

from __future__ import annotations

from typing import Any

from bot.domain.actions import Action, CountPoll, CreatePoll, PostMessage, SendAlert, SetEvent, SetPoll
from bot.ports import ReportAct
from bot.rehearsal.timeline import timeline


def act(key: str, action: Action, created: float, state: str = "done") -> ReportAct:
    return ReportAct(int(created), f"{key}@ev", action, "", "", created, state, 1, None, None, None, "", "")


def fired(item: str, n: int, why: str, plan: float | None, at: float) -> dict[tuple[str, ...], Any]:
    return {("fired", item, f"{why}{n}"): {"at": at, "n": n, "why": why, "plan": plan}}


POLL = {
    "id": "role", "run": 1, "cause": "poll:role", "asked": 301.0, "state": "closed", "why": "",
    "options": ["A", "B"], "results": {"counts": [2, 0]},
}  # fmt: skip
REMEMBERED: dict[str, dict[tuple[str, ...], Any]] = {
    "fired": {
        **fired("poll:role", 1, "at live+5m", 300.0, 301.0),
        **fired("cue:thanks", 1, "after poll:role closed", None, 399.0),
        **fired("cue:doors", 1, "status live", None, 0.4),
        **fired("cue:early", 1, "at start-10m", -600.0, -599.0),
        **fired("cue:many", 1, "viewers >= 100", None, 50.0),
    },
    "poll": {("poll", "role#1"): POLL},
    "dropped": {
        ("dropped", "say:cue.many:1:0@ev"): {"text": "So many!", "why": "min_gap: the bot spoke 3 s ago (limit 45 s)"},
        ("dropped", "announcement:ask@x"): {"source": "announcement:ask", "why": "only_when: the event is idle"},
        ("dropped", "reply:ev:escalate:3:a:b"): {"text": "Ann, please", "why": "min_gap", "what": "moderation", "source": "rule:x"},
        ("dropped", "reply:ev:escalate:4:a:b"): {"why": "expired"},
        ("dropped", "say:poll.role:1:warning@ev"): {"text": "9 seconds left", "why": "expired"},
    },
    "skipped": {("skipped", "cue:late", "x"): {"plan": 60.0, "why": "75 s late (misfire_grace 60 s)"}},
}
ACTS = [
    act("cue:doors:1:0", SetEvent({"qa": True, "chat": True}), 1.0),
    act("poll:role:1:create", CreatePoll("Who?", ("A", "B")), 302.0),
    act("poll:role:1:open", SetPoll("p1", True), 303.0),
    act("say:poll.role:1:warning", PostMessage("9 seconds left to vote"), 380.0),
    act("poll:role:1:close1", SetPoll("p1", False), 390.0, "failed"),
    act("poll:role:1:close2", SetPoll("p1", False), 391.0),
    act("poll:role:1:count1", CountPoll("p1", ("A", "B")), 395.0),
    act("say:poll.role:1:results", PostMessage("A wins"), 400.0, "expired"),
    act("cue:thanks:1:1", SendAlert("Done"), 401.0),
    act("say:cue.thanks:1:0", PostMessage("Thanks!"), 420.0),
    act("hide:m1", PostMessage("none of the running order"), 430.0),
]
EXPECTED = """\
-0:10:00  cue:early  (at start-10m)
+0:00:00  cue:doors  (status live)
            switches chat=True, qa=True
+0:01:00  cue:late
            does not start: it is too late
+0:05:00  poll:role  (at live+5m)
            asks “Who?” A | B
            opens
            closes (failed)
            closes
            says “A wins” (expired)
            counts A 2, B 0
            cue:thanks  (after poll:role closed)
              says “Thanks!”
              alerts “Done”
          announcement:ask
            is not said: only_when
          cue:many  (viewers >= 100)
            does not say “So many!”: min_gap
"""


def test_planned_times_and_what_came_of_what() -> None:
    assert timeline(ACTS, REMEMBERED) == EXPECTED


def test_a_slower_machine_tells_the_same() -> None:
    later = [act(one.key.removesuffix("@ev"), one.action, one.created * 1.7, one.state) for one in ACTS]
    slow = {kind: dict(reversed(list(values.items()))) for kind, values in REMEMBERED.items()}
    assert timeline(later, slow) == EXPECTED


def test_nothing_happened() -> None:
    assert timeline([], {}) == ""


def test_items_that_bring_each_other_about_end() -> None:
    circle = {
        "fired": {
            **fired("cue:a", 1, "after cue:b done", None, 2.0),
            **fired("cue:b", 1, "after cue:a done", None, 2.0),
        }
    }
    assert sorted(line.strip().split("  ")[0] for line in timeline([], circle).splitlines()) == ["cue:a", "cue:b"]
