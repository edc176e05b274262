"""Who is here and who is at what."""

from bot.control.presence import STAYS, Presence, Present


def test_what_somebody_says_holds_for_a_minute_and_its_beginning_stays() -> None:
    known = Presence()
    known.says("anna", "moderator", "message:m1", 100.0)
    known.says("anna", "moderator", "message:m1", 130.0)
    assert known.people([], 140.0) == [Present("anna", "moderator", "message:m1", 100.0)]
    known.says("anna", "moderator", "message:m2", 150.0)
    assert known.people([], 151.0)[0].since == 150.0
    assert known.people([], 150.0 + STAYS) == []


def test_readers_are_here_with_as_many_pages_as_they_have_open() -> None:
    known = Presence()
    known.says("anna", "moderator", "question:3", 1.0)
    found = known.people([("vic", "viewer"), ("anna", "moderator"), ("anna", "moderator")], 2.0)
    assert [(one.name, one.on, one.pages) for one in found] == [("anna", "question:3", 2), ("vic", "", 1)]
