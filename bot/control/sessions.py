"""Sessions of the dashboard: a signed cookie instead of a token in the page. Pure; the time is handed in.

The cookie names its person and its end, and is signed with a key made of that person's token. So it needs no table, holds on every
replica and after a restart, and dies with the token. A session that was ended is remembered until it would have ended by itself;
the audit trail tells it again after a restart. Weighed against itsdangerous and aiohttp-session: one key for all persons would
outlive a token that was taken away, and the standard library has all that the rest needs.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable
from dataclasses import dataclass

from bot.control.auth import Door, Person

COOKIE = "usher_session"
CSRF_HEADER = "X-CSRF-Token"
LIFETIME = 12 * 3600.0
"""Seconds: an event day."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who has logged in. `expires` in seconds since 1970; `csrf` must come with every POST."""

    person: Person
    ident: str
    expires: float
    csrf: str


class Sessions:
    """Makes and knows sessions of the persons behind the door."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._ended: dict[str, float] = {}

    def begin(self, person: Person, ident: str, now: float) -> tuple[Session, str]:
        """A new session and its cookie. `ident` is drawn at random by the caller and no secret."""
        expires = int(now + LIFETIME)
        payload = f"{expires}.{ident}.{person.name}"
        seal = self._seal(person.name, f"session.{payload}")
        value = f"{urlsafe_b64encode(payload.encode()).decode()}.{seal}"
        return Session(person, ident, expires, self._csrf(person.name, ident)), value

    def find(self, cookie: str | None, now: float) -> Session | None:
        """The session of a cookie; None for one that is forged, over, ended, or of somebody who may no longer come in."""
        packed, _, seal = (cookie or "").rpartition(".")
        payload = _unpacked(packed)
        if payload is None:
            return None
        expires, ident, name = payload
        person = self._door.named(name)
        known = self._seal(name, f"session.{expires}.{ident}.{name}")
        if not hmac.compare_digest(known.encode(), seal.encode("utf-8", "replace")):
            return None
        if person is None or expires <= now or ident in self._ended:
            return None
        return Session(person, ident, expires, self._csrf(name, ident))

    def end(self, session: Session, now: float) -> None:
        """From now on its cookie is worth nothing."""
        self.ended([session.ident], now)

    def ended(self, idents: Iterable[str], now: float) -> None:
        """These were ended, perhaps before a restart."""
        self._ended = {ident: until for ident, until in self._ended.items() if until > now}
        self._ended.update(dict.fromkeys(idents, now + LIFETIME))

    def is_ended(self, ident: str) -> bool:
        """Was this one ended by its person?"""
        return ident in self._ended

    def _csrf(self, name: str, ident: str) -> str:
        return self._seal(name, f"csrf.{ident}")

    def _seal(self, name: str, text: str) -> str:
        return hmac.new(self._door.key_of(name), text.encode(), hashlib.sha256).hexdigest()


def _unpacked(packed: str) -> tuple[int, str, str] | None:
    try:
        expires, ident, name = urlsafe_b64decode(packed.encode("ascii")).decode().split(".", 2)
        return int(expires), ident, name
    except (NotBase64, ValueError):
        return None
