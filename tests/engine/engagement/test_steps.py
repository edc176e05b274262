from __future__ import annotations

from typing import Any

from bot.domain.actions import CallWebhook, SetEvent, SetStream, WriteReport
from bot.domain.decisions import Decision, Verdict
from bot.domain.signals import Message, MessageRead

from .show import START, Show, read

ALL = """
speech: { min_gap: 0, max_share: null }
polls: [ { id: p, question: "Q?", type: yes_no } ]
quizzes: [ { id: z, questions: [ { id: q1, question: "Q?", options: [a, b], correct: a } ] } ]
captures: [ { id: w, prompt: "One word?" } ]
cues:
  - id: everything
    when: { at: live+10s }
    do:
      - { set_event: { chat: true, status: live } }
      - { post: "It is {time} at {event}" }
      - { alert: "Going" }
      - { open_poll: p }
      - { start_stream: main }
      - { stop_stream: spare }
      - { report: true }
      - { webhook: "https://hook.test/a" }
      - { webhook: { url: "https://hook.test/b", body: { light: on } } }
      - { start_quiz: z }
      - { start_capture: w }
      - { close_poll: p }
reports: { on: manual, formats: [csv] }
"""


def test_every_step_becomes_its_entry_in_order() -> None:
    show = Show(read(ALL))
    show.live()
    show.run(10)
    assert show.entry_keys() == [
        "cue:everything:1:0",
        "say:cue.everything:1:1",
        "cue:everything:1:2",
        "poll:p:1:create",
        "cue:everything:1:4",
        "cue:everything:1:5",
        "cue:everything:1:6",
        "cue:everything:1:7",
        "cue:everything:1:8",
        "poll:z.q1:1:create",
    ]
    actions = {key: entry.action for key, (_at, entry) in zip(show.entry_keys(), show.sent, strict=True)}
    assert actions["cue:everything:1:0"] == SetEvent({"chat": True, "status": "live"})
    assert show.said()[0] == "It is 08:00 at The Show"
    assert actions["cue:everything:1:4"] == SetStream("main", True)
    assert actions["cue:everything:1:5"] == SetStream("spare", False)
    assert actions["cue:everything:1:6"] == WriteReport(("csv",))
    assert actions["cue:everything:1:7"] == CallWebhook(
        "https://hook.test/a", {"event": "ev1", "cause": "cue:everything", "at": START + 10}
    )
    body = getattr(actions["cue:everything:1:8"], "body", {})
    assert body["light"] is True or body["light"] == "on"
    assert show.poll("p#1")["state"] == "void", "closed before it was open"
    show.run(5)
    assert show.said()[-1] == "One word?"
    assert {entry.cause for _at, entry in show.sent} == {"cue:everything", "quiz:z", "capture:w"}


def test_a_step_that_fails_is_told_and_the_others_go_on() -> None:
    text = """
cues: [ { id: c, when: { at: live+10s }, do: [ { set_event: { chat: true } }, { start_stream: main }, { alert: x } ] } ]
"""
    show = Show(read(text), answer=lambda entry: ("done" if isinstance(entry.action, SetStream) else "failed", {}))
    show.live()
    show.run(60)
    assert show.entry_keys() == ["cue:c:1:0", "cue:c:1:1", "cue:c:1:2", "alert:cue.c:1:0", "alert:cue.c:1:2"]
    alert = getattr(show.sent[3][1].action, "text", "")
    assert alert == "Step 0 of cue 'c' failed (failed: made to fail)"


def test_people_switch_the_event() -> None:
    show = Show(read(""))
    show.press("set_event", chat=False, status="done")
    (entry,) = [entry for _at, entry in show.sent]
    assert entry.action == SetEvent({"chat": False, "status": "done"})
    assert (entry.priority, entry.cause) == (0, "person:anna")


def test_what_moderation_rules_ask_for() -> None:
    show = Show(read('polls: [{id: p, question: "Q?", type: yes_no}]'))
    show.live()
    effects: list[dict[str, Any]] = [{"open_poll": {"id": "p"}}, {"close_poll": "p"}, {"open_poll": "nope"}, {"hide": True}]
    for number, effect in enumerate(effects):
        verdict = Verdict("r", "act", (effect,))
        message = Message("ev1", f"m{number}", "chat", "hi", read=show.now)
        show.signal(MessageRead(message), Decision(f"m{number}", "ev1", f"m{number}", "none", show.now, "h", verdicts=(verdict,)))
        show.run(2)
    assert show.entry_keys() == ["poll:p:1:create", "poll:p:1:open", "poll:p:1:close1", "rule:r:3:0", "poll:p:1:count1"]
    assert "'nope', which is not in the rule files" in getattr(show.sent[3][1].action, "text", "")
    assert show.sent[0][1].cause == "rule:r"


def test_the_final_report_is_asked_for_once() -> None:
    show = Show(read("reports: { on: done, formats: [html, csv] }"), restart=True)
    show.live()
    show.run(20)
    show.phase("over", "done")
    show.run(5)
    assert show.sent == [], "not before the end is believed"
    show.run(30)
    assert [entry.action for _at, entry in show.sent] == [WriteReport(("html", "csv"))]


def test_an_event_that_was_over_before_we_came_gets_no_report_by_itself() -> None:
    show = Show(read("reports: { on: done }"))
    show.phase("over", "done")
    show.run(60)
    assert show.sent == []
