"""Who is calling, and what they may do. Pure: tokens are kept as SHA-256 and compared in constant time (reliability G1, 3.11)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.config import User

Role = Literal["viewer", "moderator", "admin"]
_RANK = {"viewer": 0, "moderator": 1, "admin": 2}


@dataclass(frozen=True, slots=True)
class Person:
    """A caller whose token was right."""

    name: str
    role: Role

    def may(self, role: Role) -> bool:
        """Does this person's role reach `role`?"""
        return _RANK[self.role] >= _RANK[role]


class Door:
    """Knows the hashes of all tokens; every check looks at each of them, so that time tells nothing."""

    def __init__(self, users: Sequence[User]) -> None:
        self._known = [(_digest(user.token.get_secret_value()), Person(user.name, user.role)) for user in users]

    @property
    def is_shut(self) -> bool:
        """No user is configured: nobody can come in."""
        return not self._known

    def who(self, authorization: str | None) -> Person | None:
        """The person of an `Authorization: Bearer …` header, or None."""
        scheme, _, token = (authorization or "").partition(" ")
        return self.whose(token.strip()) if scheme.casefold() == "bearer" else None

    def whose(self, token: str) -> Person | None:
        """The person with this token, or None."""
        if not token:
            return None
        digest, found = _digest(token), None
        for known, person in self._known:
            if hmac.compare_digest(known, digest):
                found = person
        return found

    def named(self, name: str) -> Person | None:
        """The person with this name, or None."""
        return next((person for _, person in self._known if person.name == name), None)

    def key_of(self, name: str) -> bytes:
        """What that person's sessions are signed with. Of a name that nobody has, no session is taken."""
        digest = next((digest for digest, person in self._known if person.name == name), b"")
        return hmac.new(digest, b"usher sessions", hashlib.sha256).digest()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()


def host_is_ours(host: str | None, port: int, more: Sequence[str]) -> bool:
    """Is the Host header one of ours? Anything else is another site's name pointed at us (DNS rebinding, G4)."""
    name = (host or "").strip().casefold()
    bare = name.removesuffix(f":{port}")
    return (
        bare in {"127.0.0.1", "localhost", "[::1]"}
        or name in {one.casefold() for one in more}
        or bare in {one.casefold() for one in more}
    )


def is_same_origin(origin: str | None, fetch_site: str | None, host: str | None) -> bool:
    """Does a browser's POST come from our own page (G3)? Programs send neither header; browsers cannot leave them out."""
    if (fetch_site or "same-origin") not in {"same-origin", "none"}:
        return False
    if origin is None:
        return True
    _, _, place = origin.partition("://")
    return bool(place) and place.casefold() == (host or "").strip().casefold()
