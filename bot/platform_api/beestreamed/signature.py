"""Webhook signatures: lower-case hex HMAC-SHA256 over the raw body (contract digest 10.1, B-49). Pure; nothing here raises."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

HEADER = "X-Beestreamed-Signature"
_HEX_LENGTH = 64


def verify(body: bytes, header: str | bytes | None, secrets: Iterable[str]) -> bool:
    """Whether one of the secrets signed exactly these bytes. Compared as bytes, in constant time, in either letter case.

    All secrets are tried even after a match, so that the time tells nothing about which of two is in force.
    """
    given = _as_bytes(header)
    if len(given) != _HEX_LENGTH:
        return False
    matches = [hmac.compare_digest(_digest(body, secret), given) for secret in secrets if secret]
    return any(matches)


def _as_bytes(header: str | bytes | None) -> bytes:
    # A header may hold anything; what is not ASCII can be no hex digest.
    text = header if isinstance(header, bytes) else (header or "").encode("ascii", "replace")
    return text.strip().lower()


def _digest(body: bytes, secret: str) -> bytes:
    return hmac.new(secret.encode("utf-8", "surrogatepass"), body, hashlib.sha256).hexdigest().encode("ascii")
