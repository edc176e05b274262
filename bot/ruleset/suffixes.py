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
news help play plus open work works fun cool care win day today life world team group show band food game games gift
gold good happy home house sale free fit link click name next pro ink bar bot buy car chat date deal dog face fail fan
fans film final fish read guide land like man men moe music page party pet photo pics pink place rest rich rip room run
safe save school science screen search select shop singles site ski social soccer space star style support surf talk
tips tools top tours town toys trade tube video vote watch weather website wedding wiki wine yes zone
"""
WORDS = frozenset(_words.split())
"""Everyday words: behind a spaced dot they are the next word far more often than a domain."""

_strong = "com net org biz xyz ru cn tk gq ml cf ga icu io gg uk eu ly test example"
STRONG = frozenset(_strong.split())
"""Taken for a domain even where the dot stands at the end of a word, as a full stop does."""


@lru_cache(maxsize=4096)
def is_suffix(label: str) -> bool:
    """Is this a top-level domain? (The reserved names for examples count, so that rules can be tried with them.)"""
    return label in RESERVED or bool(_SUFFIXES.is_public(label)) or bool(_SUFFIXES.is_public(host_name(label)))


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
