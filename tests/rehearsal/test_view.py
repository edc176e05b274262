"""What a rehearsal prints can be read by a newcomer, and obeys no control character of an attendee."""

import io

from rich.console import Console

from bot.domain.actions import CountPoll, CreatePoll, Entry, PostMessage, SetPoll
from bot.domain.decisions import Decision, Match, Verdict
from bot.domain.signals import Author, EntrySettled, EventRead, EventState, Message
from bot.rehearsal.view import View


def printed(width: int = 200) -> tuple[View, io.StringIO]:
    out = io.StringIO()
    return View(Console(file=out, width=width, color_system=None), 100.0), out


def decision(outcome: str) -> Decision:
    verdict = Verdict("swearing", "act", ({"hide": True},), (Match("swearing", "h3ck", (5, 9)),), reason="profanity")
    return Decision("d1", "e", "r", outcome, 0.0, "hash", verdicts=(verdict,), reason="profanity")  # type: ignore[arg-type] # a parameter


def test_a_hidden_message_says_why() -> None:
    view, out = printed()
    view.message(Message("e", "r", "chat", "what h3ck", Author("Ann"), read=187.0), decision("hide"))
    line = out.getvalue()
    assert line.startswith("  1:27")
    assert "Ann" in line
    assert 'HIDE swearing (profanity) "h3ck"' in line


def test_headless_prints_only_what_the_bot_does() -> None:
    view, out = printed()
    view.quiet = True
    view.message(Message("e", "r", "chat", "hello", Author("Ann")), None)
    assert out.getvalue() == ""
    view.message(Message("e", "r", "chat", "heck", Author("Ann")), decision("hide"))
    assert "HIDE" in out.getvalue()


def test_control_characters_are_shown_not_obeyed() -> None:
    view, out = printed()
    view.message(Message("e", "r", "chat", "a\x1b[2Jb\u202ec [bold]d[/bold]", Author("A\nB")), None)
    assert "a⟦001B⟧[2Jb⟦202E⟧c [bold]d[/bold]" in out.getvalue()
    assert "A⟦000A⟧B" in out.getvalue()
    assert out.getvalue().count("\n") == 1


def test_a_poll_from_open_to_bars() -> None:
    view, out = printed()
    create = Entry("poll:a:1", "e", CreatePoll("Tea or coffee?", ("Tea", "Coffee")))
    view.settled(create, EntrySettled("e", "poll:a:1", "done", {"remote": "p1"}), 110.0)
    view.settled(Entry("o", "e", SetPoll("p1", True)), EntrySettled("e", "o", "done"), 111.0)
    view.settled(
        Entry("c", "e", CountPoll("p1", ("Tea", "Coffee"))), EntrySettled("e", "c", "done", {"counts": [3, 1], "voters": 4}), 141.0
    )
    text = out.getvalue()
    assert 'POLL "Tea or coffee?" is open' in text
    assert "Tea" in text
    assert "75%" in text
    assert "4 votes by 4 people" in text


def test_what_failed_is_told() -> None:
    view, out = printed()
    view.settled(Entry("x", "e", PostMessage("hi")), EntrySettled("e", "x", "parked", error="no answer"), 110.0)
    assert "FAILED x: parked no answer" in out.getvalue()


def test_the_event_going_live_is_told_once() -> None:
    view, out = printed()
    before, live = EventState("e", "Town hall", "idle", "before"), EventState("e", "Town hall", "live", "on_air")
    view.event(EventRead(live, before), 105.0)
    view.event(EventRead(live, live), 106.0)
    assert out.getvalue().count("EVENT Town hall is live") == 1
