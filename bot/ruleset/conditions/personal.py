"""personal_data: does the message give an e-mail address, a phone number, a card number or a bank account away?

Cards have to pass the Luhn sum and IBANs the check of ISO 7064, so that order numbers are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, WithJsonSchema

from bot.ruleset.building import Building
from bot.ruleset.conditions.kind import Kind
from bot.ruleset.facts import NO, Condition, Facts, Finding, Span
from bot.ruleset.glance import LENGTHS, TELLING, Glance, may_tell
from bot.ruleset.values import refuse
from bot.ruleset.views import links_of

_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}(?:@|\s?(?:\(at\)|\[at\])\s?)[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.[^\W\d_]{2,63}(?![\w-])"
)
_NUMBER = re.compile(r"(?<![\w.,/-])(?:\+|\(?00)?\(?[0-9](?:[ ().\u00a0/-]{0,3}[0-9]){6,18}(?![\w])")
_CARD = re.compile(r"(?<![\w.,-])[0-9](?:[ -]?[0-9]){12,18}(?![\w])")
_IBAN = re.compile(r"(?<!\w)[A-Za-z]{2}[0-9]{2}(?:[ ]?[A-Za-z0-9]){11,30}(?!\w)")
_DATE = re.compile(r"(?:[0-9]{4}[-./][0-9]{1,2}[-./][0-9]{1,2}|[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{2,4})(?:\s.*)?")
_ADDRESS = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:[ .][0-9]{3})+")


def emails(text: str) -> Iterator[Span]:
    """E-mail addresses."""
    yield from (match.span() for match in _EMAIL.finditer(text))


def cards(text: str) -> Iterator[Span]:
    """Card numbers: 13 to 19 digits that begin with 2 to 6 and pass the Luhn sum."""
    for match in _CARD.finditer(text):
        digits = [int(char) for char in match[0] if char.isdigit()]
        if 2 <= digits[0] <= 6 and len(set(digits)) > 1 and _luhn(digits):
            yield match.span()


def ibans(text: str) -> Iterator[Span]:
    """Bank accounts."""
    for match in _IBAN.finditer(text):
        end = match.end()
        while end > match.start() + 15:
            if _iban(text[match.start() : end]):
                yield match.start(), end
                break
            end = text.rfind(" ", match.start(), end)


def phones(text: str) -> Iterator[Span]:
    """Phone numbers: with + or 00, or nine to thirteen digits that begin with 0 or stand in groups; no dates, sums or cards."""
    taken = [*cards(text), *ibans(text)]
    for match in _NUMBER.finditer(text):
        written = match[0].strip()
        digits = re.sub(r"[^0-9]", "", written)
        ruled_out = any(pattern.fullmatch(written) for pattern in (_DATE, _ADDRESS, _THOUSANDS))
        inside = any(start < match.end() and match.start() < end for start, end in taken)
        if not ruled_out and not inside and _like_a_phone(written, digits):
            yield match.span()


def _like_a_phone(written: str, digits: str) -> bool:
    if written.startswith(("+", "00", "(00", "(+")):
        return 8 <= len(digits) <= 15
    if not 9 <= len(digits) <= 13:
        return False
    groups = [group for group in re.split(r"[^0-9]+", written) if group]
    return digits[0] == "0" or (2 < len(groups) < 7 and len(groups[0]) > 1) or written.startswith("(")


def _luhn(digits: list[int]) -> bool:
    doubled = [
        digit if number % 2 == 0 else (digit * 2 - 9 if digit > 4 else digit * 2) for number, digit in enumerate(digits[::-1])
    ]
    return sum(doubled) % 10 == 0


def _iban(text: str) -> bool:
    plain = text.replace(" ", "").upper()
    if not 15 <= len(plain) <= 34:
        return False
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1


_FINDERS: dict[str, Callable[[str], Iterator[Span]]] = {"email": emails, "phone": phones, "card": cards, "iban": ibans}


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One of these kinds of data stands in the text."""

    kinds: tuple[str, ...]
    least: ClassVar[Glance] = Glance(TELLING)

    def check(self, facts: Facts) -> Finding:
        """Says the kinds, never the data: notes are kept longer than texts."""
        if not may_tell(facts.message.text):
            return NO
        text = facts.message.text[:LENGTHS]
        links = [link.span for link in links_of(facts) if link.sure]
        found = {kind: tuple(span for span in _FINDERS[kind](text) if not _inside(span, links)) for kind in self.kinds}
        spans = tuple(sorted({span for some in found.values() for span in some}))
        return Finding(True, spans, f"personal data: {', '.join(kind for kind in self.kinds if found[kind])}") if spans else NO


def _inside(span: Span, links: list[Span]) -> bool:
    """Numbers in addresses of the web are nobody's."""
    return any(start <= span[0] and span[1] <= end for start, end in links)


def _read(value: Any) -> tuple[str, ...]:
    if value is True or value == "any":
        return tuple(_FINDERS)
    names = value if isinstance(value, list) else str(value).split()
    wrong = next((name for name in names if name not in _FINDERS), None)
    if wrong is not None or not names:
        refuse(
            f"'{wrong}' is no kind of personal data" if names else "a kind of personal data is meant here",
            "write any of email phone card iban",
        )
    return tuple(kind for kind in _FINDERS if kind in names)


_KIND = {"enum": list(_FINDERS)}
Argument = Annotated[
    Any,
    BeforeValidator(_read),
    Field(),
    WithJsonSchema(
        {"anyOf": [{"enum": [*_FINDERS, "any", True]}, {"type": "array", "items": _KIND, "minItems": 1}, {"type": "string"}]}
    ),
]


def _personal(argument: tuple[str, ...], _building: Building) -> Condition:
    return PersonalData(argument)


KINDS = (Kind("personal_data", Argument, _personal, "any of email, phone, card, iban"),)
