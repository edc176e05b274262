"""How people, messages and acts are told apart."""

from __future__ import annotations

import hashlib
from functools import lru_cache


@lru_cache(maxsize=8_192)
def author_key(name: str, email: str) -> str:
    """Who wrote: the e-mail, else the name (weak: attendees type both themselves).

    >>> author_key("Ann", " Ann@Example.test ")
    'email:ann@example.test'
    >>> author_key("Ann", "")
    'name:ann'
    """
    address = email.strip().casefold()
    return f"email:{address}" if address else f"name:{name.strip().casefold()}"


@lru_cache(maxsize=4_096)
def text_version(text: str) -> str:
    """A short digest of a message's text: an edited message is another version (reliability A16). Asked for each time that a page
    shows the message, and by all who name its decision."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def content_hash(*parts: str) -> str:
    """A digest over several texts, none of which can run into its neighbour."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()
