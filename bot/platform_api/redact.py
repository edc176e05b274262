"""The one place that takes secrets out of whatever is written: by the name of the key, and by the known values themselves (B-47).

Key names are those of every platform's documents; matching ignores case. Values shorter than 4 characters are not replaced inside
texts, because that would destroy the text and hide nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus

HIDDEN = "[secret]"

SECRET_KEYS = frozenset(
    {
        "api_key",
        "apikey",
        "auth",
        "authorization",
        "cookie",
        "event_password",
        "key",
        "livekit_token",
        "password",
        "playbackrestrictiontoken",
        "proxy-authorization",
        "secret",
        "secret_key",
        "session_key",
        "set-cookie",
        "signature",
        "signed_url",
        "stream_key",
        "streamkey",
        "thumbnailrestrictiontoken",
        "token",
        "token_id",
        "token_secret",
        "upload_url",
        "webhook_secret",
        "whip_url",
        "x-beestreamed-signature",
    }
)

_UPLOAD_PARENTS = frozenset({"upload_data", "upload"})
_WEAK = frozenset({"auth", "cookie", "key", "secret", "signature", "token"})
"""Ordinary words too: beside a colon they hide a value only when they stand in quotes, as JSON has them."""


def _either(names: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


_VALUE = r"""(?: "(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*' | (?:(?:basic|bearer)\s+)? [^\s,;&"'}\])]+ )"""
_QUOTED = re.compile(rf"""(?ix) (?P<head> (["']) (?:{_either(SECRET_KEYS)}) \2 \s* [:=] \s* ) {_VALUE}""")
_QUERY = re.compile(rf"""(?ix) (?P<head> (?<![a-z0-9_-]) (?:{_either(SECRET_KEYS)}) = ) {_VALUE}""")
_BARE = re.compile(rf"""(?ix) (?P<head> (?<![a-z0-9_-]) (?:{_either(SECRET_KEYS - _WEAK)}) \s* [:=] \s* ) {_VALUE}""")
_SCHEME = re.compile(r"(?i)\b(basic|bearer)\s+[A-Za-z0-9+/=._~-]{8,}")


def redact_value(value: Any, parent: str = "") -> Any:
    """A copy with every value under a secret's key name replaced; lists and mappings are walked."""
    if isinstance(value, Mapping):
        return {key: _redact_item(str(key), item, parent) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [redact_value(item, parent) for item in value]
    return value


def _redact_item(key: str, item: Any, parent: str) -> Any:
    name = key.casefold()
    if name in SECRET_KEYS or (name == "url" and parent in _UPLOAD_PARENTS):
        return item if item in (None, "") else HIDDEN
    return redact_value(item, name)


def secrets_in(value: Any) -> Iterator[str]:
    """Every text that stands under a secret's key name, at any depth."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if str(key).casefold() in SECRET_KEYS and isinstance(item, str):
                yield item
            else:
                yield from secrets_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from secrets_in(item)


class Redactor:
    """Knows the secrets in force and hides them in any text."""

    __slots__ = ("_forms", "_known")

    _MOST = 500

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: dict[str, None] = {}
        self._known: re.Pattern[str] | None = None
        self.learn(secrets)

    def learn(self, secrets: Iterable[str]) -> None:
        """Hides these too from now on: keys that the platform told us. The newest few hundred are kept."""
        new = {form for secret in secrets for form in (secret, quote(secret, safe=""), quote_plus(secret)) if len(form) >= 4}
        if new <= self._forms.keys():
            return
        self._forms |= dict.fromkeys(new)
        while len(self._forms) > self._MOST:
            del self._forms[next(iter(self._forms))]
        known = sorted(self._forms, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known)))

    def text(self, text: str) -> str:
        """The text without known secrets, and without values that stand beside a secret's key name."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        for pattern in (_QUOTED, _QUERY, _BARE):
            text = pattern.sub(rf"\g<head>{HIDDEN}", text)
        return _SCHEME.sub(rf"\1 {HIDDEN}", text)

    def __repr__(self) -> str:
        return "Redactor()"
