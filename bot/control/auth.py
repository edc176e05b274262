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
        if scheme.casefold() != "bearer" or not token.strip():
            return None
        digest, found = _digest(token.strip()), None
        for known, person in self._known:
            if hmac.compare_digest(known, digest):
                found = person
        return found


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
