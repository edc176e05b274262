"""What proves to a platform who we are: headers, hidden from every repr. The transport sends them to the configured host only."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Auth:
    """Headers that go with each call, and every form in which their secrets could turn up in a text (for the redactor)."""

    headers: Mapping[str, str] = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)


def basic(user: str, password: str) -> Auth:
    """`Authorization: Basic`, UTF-8, always base64 and without a line break (B-04)."""
    pair = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
    return Auth({"Authorization": f"Basic {pair}"}, (password, user, pair))


def bearer(token: str) -> Auth:
    """`Authorization: Bearer`."""
    return Auth({"Authorization": f"Bearer {token}"}, (token,))


def custom(name: str, value: str) -> Auth:
    """A header of the platform's own, such as `Key` (platforms/accelevents.md, A-02)."""
    return Auth({name: value}, (value,))
