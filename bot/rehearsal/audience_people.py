"""The people of a made-up audience: names, example.test addresses, tempers. Pure: the same random source makes the same people."""

from __future__ import annotations

from random import Random
from unicodedata import normalize

from bot.rehearsal.audience_acts import Person, Temper

_FIRST = (
    "Ana", "Ben", "Chiara", "Dieter", "Elif", "Femi", "Gita", "Hugo", "Ines", "Jonas", "Kenji", "Lena", "Marek", "Noor", "Oskar",
    "Priya", "Quinn", "Rosa", "Søren", "Tomás", "Ursula", "Vera", "Wanda", "Xavier", "Yara", "Zoë", "Anaïs", "Björn", "Dick",
    "Fanny",
)  # fmt: skip
_LAST = (
    "Adler", "Bianchi", "Costa", "Diallo", "Eriksen", "Fischer", "García", "Hancock", "Ito", "Jansen", "Kowalski", "Lindqvist",
    "Müller", "Nakamura", "Okafor", "Petrov", "Rossi", "Sato", "Takahashi", "Umar", "Virtanen", "Weber", "Yilmaz", "Zhang",
)  # fmt: skip

# How often a temper comes up among a hundred people.
SHARES: dict[Temper, int] = {
    "friendly": 45,
    "quiet": 20,
    "curious": 15,
    "foul": 6,
    "loud": 5,
    "parrot": 4,
    "flooder": 2,
    "clerk": 3,
}


def make_people(dice: Random, count: int) -> tuple[Person, ...]:
    """So many people; the first eight have one temper each, so that a small audience has all of them."""
    tempers = list(SHARES)
    chosen = tempers[:count] + dice.choices(tempers, list(SHARES.values()), k=max(0, count - len(tempers)))
    return tuple(_person(dice, number, temper) for number, temper in enumerate(chosen))


def stranger(dice: Random, number: int, temper: Temper) -> Person:
    """Somebody who was not seen before: raiders and scammers come with a fresh address each."""
    name = f"{dice.choice(_FIRST)}{dice.randrange(100, 1000)}"
    return Person(name, f"{_plain(name)}.{number}@mailbox.example.test", temper)


def _person(dice: Random, number: int, temper: Temper) -> Person:
    first, last = dice.choice(_FIRST), dice.choice(_LAST)
    return Person(f"{first} {last}", f"{_plain(first)}.{_plain(last)}{number}@example.test", temper)


def _plain(text: str) -> str:
    """Lower-case ASCII for an address."""
    folded = normalize("NFKD", text.replace("ø", "o").replace("Ø", "O"))
    return "".join(letter for letter in folded if letter.isascii() and letter.isalnum()).lower()
