"""Finds links in a chat line: URLs, bare domains, and forms written to slip through (`x[.]test`, `x . test`, `x dot com`).

Answers with the parsed host (lower case, IDNA) and the span in the original text. A bare domain needs a real top-level
domain; what is more likely a file name or the joint of two sentences (`main.py`, `done.So`) is reported as not sure:
rules about links pass it over, rules with a list of domains still compare it. E-mail addresses are no links. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address

from bot.ruleset.facts import Span
from bot.ruleset.fold import Folded, fold
from bot.ruleset.matcher.known import ranks
from bot.ruleset.suffixes import FILES, RUN_ON, STRONG, WORDS, ends_host, host_name

_LONG = 8_000
_CAP = 2_000
_CHUNK = _CAP - 100

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_DOT = r"(?:\s?[\[({<]\s?(?:\.|dot|punkt)\s?[\])}>]\s?|[.。])"
_SCHEME = r"(?:h(?:tt|xx|\*\*)ps?|ftps?|wss?)\s?(?:\[:\]|:)\s?/{1,3}\s?"
_TIGHT = re.compile(
    rf"(?<![\w@-])(?<!\w[/?#])(?:(?P<scheme>{_SCHEME})(?P<user>[^\s/?#@<>]{{1,100}}@)?)?"
    rf"(?P<host>{_LABEL}(?(scheme)(?:{_DOT}{_LABEL}){{0,9}}|(?:{_DOT}{_LABEL}){{1,9}}))"
    r"(?P<port>:[0-9]{2,5}\b)?(?P<rest>[/?#][^\s<>\"]*)?"
)
_LOOSE_DOT = re.compile(r"\s{1,3}\.\s{1,3}|\s{1,3}\.(?=\w)|\.\s{1,2}|\s{1,3}dot\s{1,3}")
_LOOSE = re.compile(rf"(?<![\w@.-])(?:{_LABEL})(?:(?:{_LOOSE_DOT.pattern}){_LABEL}){{1,5}}(?![\w-])")
_DOT_RUN = re.compile(_DOT)
_PATH = re.compile(r"/[^\s<>\"]*[^\s<>\".,;:!?)\]}]")
_UNDISGUISED = re.compile(r"[\t\n\r -$'-\[\]-~]*")
"""ASCII without %, & and backslash, which may begin an escape."""
_WORTH = re.compile(r"[.。．｡․]|dot\b|punkt|://|&#|%2e", re.IGNORECASE)
_PLAIN_WORTH = re.compile(r"[0-9a-z]\.[0-9a-z]|[\[({<]\s?(?:\.|dot|punkt)|:\]?\s?/|\s\.\s|\sdot\s", re.IGNORECASE)
"""The same for ASCII without escapes, stricter: a full stop at the end of a word makes no link by itself."""
_STOP_WORTH = re.compile(r"(?:\s\.|\.\s{1,2})([0-9A-Za-z][\w-]*)")


@dataclass(frozen=True, slots=True)
class Link:
    """A link. `host` is lower case and IDNA-encoded; `path` begins with / or is empty; `sure` is False where it may be none."""

    host: str
    span: Span
    path: str = ""
    sure: bool = True
    user: str = ""
    """What stands before an @ in front of the host: `https://bank.example@evil.test`."""


def find_links(text: str) -> tuple[Link, ...]:
    """All links of a text in order, at most in its first 8,000 code points."""
    if not may_link(text):
        return ()
    found: dict[Span, Link] = {}
    for offset in range(0, max(1, min(len(text), _LONG)), _CHUNK):
        chunk = text[offset : offset + _CAP]
        folded = _Plain(chunk.lower()) if _UNDISGUISED.fullmatch(chunk) else fold(chunk, "basic")
        for link in _in_folded(folded, chunk):
            span = (link.span[0] + offset, link.span[1] + offset)
            found.setdefault(span, Link(link.host, span, link.path, link.sure, link.user))
    return tuple(found[span] for span in sorted(found))


def without(text: str, links: Iterable[Link]) -> str:
    """The text with a space where the links stood."""
    for link in sorted(links, key=lambda link: link.span, reverse=True):
        text = f"{text[: link.span[0]]} {text[link.span[1] :]}"
    return text


def may_link(text: str) -> bool:
    """Is it worth looking? Far cheaper than looking."""
    if not text.isascii() or not _UNDISGUISED.fullmatch(text, 0, _LONG):
        return _WORTH.search(text, 0, _LONG) is not None
    if "." not in text and "/" not in text and not _WORTH.search(text, 0, _LONG):
        return False
    if _PLAIN_WORTH.search(text, 0, _LONG):
        return True
    return any(ends_host((word[1].lower(),)) for word in _STOP_WORTH.finditer(text, 0, _LONG))


@dataclass(frozen=True, slots=True)
class _Plain:
    """A text in which every character stands for itself: what most chat lines are, and much cheaper than folding."""

    text: str

    def span(self, start: int, end: int) -> Span:
        """Folded and original positions are the same."""
        return start, end


View = _Plain | Folded


def _in_folded(folded: View, original: str) -> Iterator[Link]:
    taken: list[Span] = []
    for match in _TIGHT.finditer(folded.text):
        link = _tight(match, folded, original)
        if link:
            taken.append(match.span())
            yield link
    for match in _LOOSE.finditer(folded.text):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            yield from _loose(match, folded)


def _tight(match: re.Match[str], folded: View, original: str) -> Link | None:
    scheme, rest, port = match["scheme"], match["rest"] or "", match["port"]
    if not scheme and match.end("host") < len(folded.text) and folded.text[match.end("host")] == "@":
        return None
    dots, labels = _parted(match["host"])
    if len(labels) == 1 and not scheme:
        return None
    whole = len(labels)
    named = bool(scheme) or (labels[0] == "www" and whole > 2)
    known = labels if scheme else _until_suffix(labels)
    labels = known or labels
    cut = len(labels) < whole
    stop = match.start("host") + (dots[len(labels) - 1][0] if cut else len(match["host"]))
    rest = "" if cut else rest.rstrip(".,;:!?)'\"]}*_")
    end = stop if cut else match.end("host") + len(port or "") + len(rest)
    span = folded.span(match.start(), end)
    marked = named or bool(port) or rest.startswith("/") or len(dots) != match["host"].count(".")
    cut_off = bool(scheme) and not rest and not port and not _until_suffix(labels)  # `http://t…`, as others shorten it
    sure = bool(known) and not cut_off and (marked or _likely(labels, original, span))
    return Link(host_name(".".join(labels)), span, rest if rest.startswith("/") else "", sure, (match["user"] or "").rstrip("@"))


@lru_cache(maxsize=1_024)
def _parted(host: str) -> tuple[Sequence[Span], tuple[str, ...]]:
    """The runs of dots, and what stands between them."""
    dots = [(dot.start(), dot.end()) for dot in _DOT_RUN.finditer(host)]
    return dots, _labels(host, dots)


def _labels(host: str, dots: Sequence[Span]) -> tuple[str, ...]:
    starts = [0, *(end for _, end in dots)]
    stops = [*(start for start, _ in dots), len(host)]
    return tuple(host[start:stop] for start, stop in zip(starts, stops, strict=True))


@lru_cache(maxsize=1_024)
def _until_suffix(labels: tuple[str, ...]) -> tuple[str, ...]:
    """The labels up to the last that can end a host: `example.com.thanks` is example.com."""
    if len(labels) == 4 and _is_address(".".join(labels)):
        return labels
    for count in range(len(labels), 1, -1):
        if ends_host(labels[max(0, count - 3) : count]):
            return labels[:count]
    return ()


def _likely(labels: tuple[str, ...], original: str, span: Span) -> bool:
    """Is a bare name more likely a host than a file name, a number or two sentences without a space?"""
    last = labels[-1]
    if last.isdigit() or (labels[0].isdigit() and len(labels) == 2 and last in WORDS | RUN_ON):
        return False
    if last in RUN_ON and all(label in ranks() for label in labels[:-1]):
        return False  # `see you tomorrow.call me`
    if len(labels) > 2 or _made_up(labels[-2]):
        return True
    written = original[span[0] : span[1]]
    sentence = written[-len(last) :][:1].isupper() and not written.isupper() and last in WORDS
    return last not in FILES and not sentence


def _made_up(label: str) -> bool:
    """Is this name of a host no word, and no file either?"""
    return ("-" in label or any(map(str.isdigit, label)) or len(label) > 11) and label not in ranks() and "_" not in label


def _loose(match: re.Match[str], folded: View) -> Iterator[Link]:
    """A host spelt with spaces around its dots; the last dots have to be written alike."""
    dots = [(dot.start(), dot.end()) for dot in _LOOSE_DOT.finditer(match[0])]
    labels = _labels(match[0], dots)
    forms = [_form(match[0][start:end]) for start, end in dots]
    ending = (last for last in range(len(labels) - 1, 0, -1) if ends_host(tuple(labels[max(0, last - 2) : last + 1])))
    last = next(ending, 0)
    known, last = bool(last), last or len(labels) - 1
    first = last - 1
    while first > 0 and forms[first - 1] == forms[last - 1]:
        first -= 1
    start = match.start() + (dots[first - 1][1] if first else 0)
    stop = match.start() + (dots[last][0] if last < len(dots) else len(match[0]))
    host = labels[first : last + 1]
    sure = known and _loosely_sure(host, forms[last - 1])
    path = _PATH.match(folded.text, stop)
    end = path.end() if path else stop
    yield Link(host_name(".".join(host)), folded.span(start, end), path[0] if path else "", sure)


def _form(dot: str) -> str:
    """`spaced` ( . ), `word` ( dot ), or `stop`: a space on one side only, as a full stop has it."""
    if "dot" in dot:
        return "word"
    return "spaced" if dot[0].isspace() and dot[-1].isspace() else "stop"


def _loosely_sure(labels: tuple[str, ...], form: str) -> bool:
    before, last = labels[-2], labels[-1]
    if form == "stop" and last not in STRONG:
        return False
    if form != "stop" and _made_up(before) and not before.isdigit():
        return True
    if before.isdigit() or last in WORDS or before in ("the", "a", "an", "this", "that"):
        return False
    return last not in FILES or form == "word"


def _is_address(host: str) -> bool:
    try:
        IPv4Address(host)
    except AddressValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Domains:
    """Domains as listed: hosts, and hosts with a path (`bit.ly/abc`). Sub-domains are meant too."""

    hosts: frozenset[str]
    paths: frozenset[tuple[str, str]] = frozenset()

    def match(self, link: Link) -> bool:
        """Is the link's host one of them, or below one?"""
        parts = link.host.split(".")
        above = [".".join(parts[first:]) for first in range(len(parts))]
        if not self.hosts.isdisjoint(above):
            return True
        return any(host in above and link.path.lower().startswith(path) for host, path in self.paths)


def read_domain(text: str) -> tuple[str, str] | None:
    """A listed domain as (host, path): `example.com`, `*.example.com`, `.ru`, `bit.ly/abc`, or a URL; None if it is none."""
    plain = re.sub(r"^[a-z]+://", "", text.strip().lower())
    host, slash, path = plain.partition("/")
    host = host.removeprefix("*").lstrip(".").rstrip(".").removeprefix("www.")
    if not re.fullmatch(rf"{_LABEL}(?:\.{_LABEL})*", host) or ("." not in host and "." not in text):
        return None
    return host_name(host), slash + path.rstrip("/") if path else ""
