"""Signed sessions: whose they are, until when, and what kills them."""

from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.config import User
from bot.control.auth import Door
from bot.control.sessions import LIFETIME, Session, Sessions

NOW = 1_000_000.0


def sessions(said: str = "fake-anna", name: str = "anna") -> Sessions:
    anna = User(name=name, role="moderator", token=SecretStr(said))
    return Sessions(Door([anna, User(name="vic", role="viewer", token=SecretStr("fake-vic"))]))


def begun(known: Sessions, ident: str = "one") -> tuple[Session, str]:
    person = known._door.whose("fake-anna")
    assert person is not None
    return known.begin(person, ident, NOW)


def test_a_cookie_is_its_person_until_its_end() -> None:
    known = sessions()
    session, cookie = begun(known)
    assert known.find(cookie, NOW) == session
    assert (session.person.name, session.expires) == ("anna", NOW + LIFETIME)
    assert known.find(cookie, NOW + LIFETIME) is None


def test_it_holds_after_a_restart_and_on_another_replica() -> None:
    session, cookie = begun(sessions())
    assert sessions().find(cookie, NOW + 60) == session


def test_a_new_token_and_a_lost_place_end_it() -> None:
    _, cookie = begun(sessions())
    assert sessions("fake-anna-2").find(cookie, NOW) is None
    assert sessions(name="anton").find(cookie, NOW) is None


def test_what_was_ended_stays_ended_also_when_told_again_after_a_restart() -> None:
    known = sessions()
    session, cookie = begun(known)
    other, other_cookie = begun(known, "two")
    known.end(session, NOW)
    assert known.find(cookie, NOW) is None
    assert known.find(other_cookie, NOW) == other
    fresh = sessions()
    fresh.ended([session.ident], NOW)
    assert fresh.find(cookie, NOW) is None


def test_what_was_ended_is_forgotten_when_it_would_be_over_anyway() -> None:
    known = sessions()
    for number in range(50):
        known.ended([str(number)], NOW + number)
    known.ended(["last"], NOW + LIFETIME + 100)
    assert (known.is_ended("0"), known.is_ended("last")) == (False, True)


def test_csrf_differs_between_sessions_and_is_not_in_the_cookie() -> None:
    known = sessions()
    (one, cookie), (two, _) = begun(known), begun(known, "two")
    assert one.csrf != two.csrf
    assert one.csrf not in cookie


def test_a_changed_cookie_is_worth_nothing() -> None:
    known = sessions()
    _, cookie = begun(known)
    packed, _, seal = cookie.rpartition(".")
    other = begun(known, "two")[1].rpartition(".")
    for changed in (cookie[:-1], cookie + "0", "A" + cookie, packed, f"{packed}.", f".{seal}", f"{packed}.{other[2]}"):
        assert known.find(changed, NOW) is None


@given(st.text())
def test_no_cookie_raises(cookie: str) -> None:
    known = sessions()
    assert known.find(cookie, NOW) is None
    assert known.find(f"{cookie}.{cookie}", NOW) is None
    assert known.find(None, NOW) is None
