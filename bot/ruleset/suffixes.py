"""Top-level domains: which there are, and which of them need a second look before a dotted word is taken for a host. Pure."""

from __future__ import annotations

from functools import lru_cache

import idna
from publicsuffixlist import PublicSuffixList

_SUFFIXES = PublicSuffixList(accept_unknown=False)

_reserved = "test example invalid onion local localhost"
RESERVED = frozenset(_reserved.split())
"""Not in the public list, but used in examples and inside houses."""

_files = "py md sh rs pl cc ps so zip mov st as do cpp mm cs pm tf ml ts la"
FILES = frozenset(_files.split())
"""File endings as well: `main.py`."""

_words = """
so it is in me my to at be no am do as us la ma pa id de es an are can you one new now here how see get best live love
news help play plus open work works fun cool care win day today life world team group show band food game games gold
good happy home house sale free fit name next pro buy car chat date deal dog face fail fan fans film final fish read
guide land like man men music page party pet place rest rich rip room run safe save school science screen search select
social space star style support talk tips tools top town trade video watch weather
"""
WORDS = frozenset(_words.split())
"""Everyday words: behind a spaced dot they are the next word far more often than a domain."""

_run_on = """
call now my love it you how in like by life im pa so is on us as no do am be to at can are new here see get
ice meet xxx onion
"""
RUN_ON = frozenset(_run_on.split())
"""Of these a bare `word.it` between two words of a sentence is more likely a missing space than a host."""

_strong = "com net org biz xyz ru cn tk gq ml cf ga icu io gg uk eu ly"
STRONG = frozenset(_strong.split())
"""Taken for a domain even where the dot stands at the end of a word, as a full stop does."""


@lru_cache(maxsize=8192)
def ends_host(labels: tuple[str, ...]) -> bool:
    """Can a host end with these labels? `("x", "co", "za")` can. The reserved names count, so that rules can be tried."""
    if labels[-1] in RESERVED:
        return True
    return _SUFFIXES.publicsuffix(host_name(".".join(labels[-3:])), accept_unknown=False) is not None


@lru_cache(maxsize=4096)
def host_name(host: str) -> str:
    """The host in lower case, international names in their ASCII form.

    >>> host_name("BÜCHER.example")
    'xn--bcher-kva.example'
    """
    lower = host.strip().strip(".").lower()
    if lower.isascii():
        return lower
    try:
        return idna.encode(lower, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return lower
