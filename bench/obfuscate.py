"""Ways in which people hide a word, as functions of a text and a seeded source of chance. For measuring and testing only.

Each family takes a word (letters) and gives it back disguised; `disguised` does that to chosen words of a text. The families are
those that moderators of chats report; none knows how the matcher works.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Mapping

Disguise = Callable[[str, random.Random], str]

LEET = {
    "a": ["4", "@"],
    "b": ["8"],
    "e": ["3"],
    "g": ["9", "6"],
    "i": ["1", "!"],
    "l": ["1"],
    "o": ["0"],
    "s": ["5", "$"],
    "t": ["7", "+"],
    "z": ["2"],
}
CYRILLIC = dict(zip("abcdeghijkmnopqrstuvwxy", "аьсԁеԍһіјкмпорԛгѕтцѵшху", strict=True))
GREEK = dict(zip("abdehiklmnoprstuvwxyz", "αβδεηικλμηορгςτυνωχγζ".replace("г", "Γ"), strict=True))
TURNED = dict(zip("abcdefghijklmnopqrstuvwxyz", "ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz", strict=True))
SMALL_CAPS = dict(zip("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", strict=True))
EMOJI = ["🙂", "😂", "🔥", "💀", "❤️", "👍🏽", "🐱"]
MARKS = [chr(code) for code in range(0x300, 0x330)]
ACCENTS = ["\u0301", "\u0300", "\u0302", "\u0308", "\u030a", "\u0303", "\u0327"]
UNSEEN = ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad"]
RIGHT_TO_LEFT = ["\u200f", "\u200e", "\u202c", "\u2067", "\u2069"]
VOWELS = "aeiou"


def leet(word: str, chance: random.Random) -> str:
    """Each letter that has a sign becomes it with odds of 3 in 4; at least one does, and at least one letter stays."""
    places = [at for at, char in enumerate(word) if char.lower() in LEET]
    chosen = [at for at in places if chance.random() < 0.75] or places[:1]
    if len(chosen) == len(word):
        chosen = chosen[1:]
    return "".join(chance.choice(LEET[char.lower()]) if at in chosen else char for at, char in enumerate(word))


def between(*separators: str) -> Disguise:
    """A separator between all letters, the same one throughout."""

    def apply(word: str, chance: random.Random) -> str:
        return chance.choice(separators).join(word)

    return apply


def repeats(word: str, chance: random.Random) -> str:
    """One to all letters stand three to six times."""
    chosen = chance.sample(range(len(word)), chance.randint(1, len(word)))
    return "".join(char * (chance.randint(3, 6) if at in chosen else 1) for at, char in enumerate(word))


def looks(*tables: Mapping[str, str], odds: float = 0.7) -> Disguise:
    """Letters swapped for look-alikes; at least one is where possible."""

    def apply(word: str, chance: random.Random) -> str:
        places = [at for at, char in enumerate(word.lower()) if any(char in table for table in tables)]
        chosen = {at for at in places if chance.random() < odds} or set(places[:1])
        return "".join(_look(char, tables, chance) if at in chosen else char for at, char in enumerate(word))

    return apply


def _look(char: str, tables: tuple[Mapping[str, str], ...], chance: random.Random) -> str:
    return chance.choice([table[char.lower()] for table in tables if char.lower() in table])


def shifted(start: int, capital: int) -> Disguise:
    """Letters of another block of Unicode."""

    def apply(word: str, _chance: random.Random) -> str:
        return "".join(_shift(char, start, capital) for char in word)

    return apply


def _shift(char: str, start: int, capital: int) -> str:
    if "a" <= char <= "z":
        return chr(start + ord(char) - 97)
    return chr(capital + ord(char) - 65) if "A" <= char <= "Z" else char


def mathematical(word: str, chance: random.Random) -> str:
    """Bold, italic script, double-struck, sans or monospaced letters."""
    capital, small = chance.choice(
        [(0x1D400, 0x1D41A), (0x1D4D0, 0x1D4EA), (0x1D538, 0x1D552), (0x1D5A0, 0x1D5BA), (0x1D670, 0x1D68A)]
    )
    return shifted(small, capital)(word.lower(), chance)


def enclosed(word: str, chance: random.Random) -> str:
    """Letters in circles, squares or brackets."""
    start = chance.choice([0x24D0, 0x1F130, 0x1F150, 0x1F170, 0x249C])
    return "".join(chr(start + ord(char) - 97) if "a" <= char <= "z" else char for char in word.lower())


def sprinkled(signs: list[str], least: int, most: int) -> Disguise:
    """Signs after letters, so many each."""

    def apply(word: str, chance: random.Random) -> str:
        return "".join(char + "".join(chance.choices(signs, k=chance.randint(least, most))) for char in word)

    return apply


def accents(word: str, chance: random.Random) -> str:
    """Composed accents where Unicode has them."""
    return "".join(unicodedata.normalize("NFC", char + chance.choice(ACCENTS)) if chance.random() < 0.7 else char for char in word)


def case(word: str, chance: random.Random) -> str:
    """Small and capital letters at random."""
    return "".join(chance.choice([char.upper(), char.lower()]) for char in word)


def vowel_stars(word: str, chance: random.Random) -> str:
    """Every vowel a star."""
    if sum(char not in VOWELS for char in word.lower()) < 2:
        return word
    return "".join("*" if char.lower() in VOWELS else char for char in word)


def turned(word: str, chance: random.Random) -> str:
    """Standing on the head, read from the right; now and then in place."""
    flipped = "".join(TURNED.get(char, char) for char in word.lower())
    return flipped[::-1] if chance.random() < 0.7 else flipped


def inner_mask(word: str, chance: random.Random) -> str:
    """All but the first and the last letter hidden, in long words half of them."""
    sign = chance.choice("**-#")
    if len(word) < 4:
        return word[0] + "*" * (len(word) - 2) + word[-1] if len(word) == 3 else word
    hidden = range(1, len(word) - 1) if len(word) < 6 else sorted(chance.sample(range(1, len(word) - 1), len(word) // 2))
    return "".join(sign if at in hidden else char for at, char in enumerate(word))


def dropped(word: str, chance: random.Random) -> str:
    """One letter lost, not the first."""
    if len(word) < 4:
        return word
    at = chance.randint(1, len(word) - 1)
    return word[:at] + word[at + 1 :]


def swapped(word: str, chance: random.Random) -> str:
    """Two neighbours change places."""
    places = [at for at in range(len(word) - 1) if word[at] != word[at + 1]]
    if len(word) < 4 or not places:
        return word
    at = chance.choice(places)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def backwards(word: str, _chance: random.Random) -> str:
    """From the last letter to the first."""
    return word[::-1]


def both(first: Disguise, second: Disguise) -> Disguise:
    """One disguise over the other."""
    return lambda word, chance: second(first(word, chance), chance)


PLAIN: dict[str, Disguise] = {
    "leet": leet,
    "dots": between("."),
    "hyphens": between("-"),
    "underscores": between("_"),
    "stars between": between("*"),
    "spaces": between(" "),
    "repeats": repeats,
    "cyrillic": looks(CYRILLIC),
    "greek": looks(GREEK),
    "mixed look-alikes": looks(CYRILLIC, GREEK),
    "full width": shifted(0xFF41, 0xFF21),
    "mathematical": mathematical,
    "zero width": sprinkled(UNSEEN, 1, 2),
    "combining": sprinkled(MARKS, 1, 2),
    "zalgo": sprinkled(MARKS, 4, 12),
    "case": case,
}
REST: dict[str, Disguise] = {
    "vowel stars": vowel_stars,
    "accents": accents,
    "turned": turned,
    "small capitals": looks(SMALL_CAPS, odds=1.0),
    "enclosed": enclosed,
    "emoji between": lambda word, chance: chance.choice(EMOJI).join(word),
    "right-to-left marks": sprinkled(RIGHT_TO_LEFT, 0, 2),
    "leet + dots": both(leet, between(".", "-", "_")),
    "leet + spaces": both(leet, between(" ")),
    "leet + repeats": both(repeats, leet),
    "repeats + spaces": both(repeats, lambda word, _: " ".join(run[0] for run in re.finditer(r"(.)\1*", word))),
    "cyrillic + dots": both(looks(CYRILLIC), between(".", "-", " ")),
    "cyrillic + leet": both(leet, looks(CYRILLIC)),
    "greek + zero width": both(looks(GREEK), sprinkled(UNSEEN, 1, 1)),
    "full width + spaces": both(shifted(0xFF41, 0xFF21), between(" ")),
    "accents + repeats": both(repeats, accents),
    "combining + leet": both(leet, sprinkled(MARKS, 1, 2)),
    "case + dots": both(case, between(".", "*")),
    "mathematical + emoji": both(mathematical, between("🔥", "💀")),
}
HARD: dict[str, Disguise] = {
    "inner masks": inner_mask,
    "dropped letter": dropped,
    "swapped letters": swapped,
    "reversed": backwards,
    "glued": lambda word, chance: (
        chance.choice(["you", "stupid", "the", "ur", "my"]) + word + chance.choice(["", "you", "man", "lol"])
    ),
}
_WORD = re.compile(r"[A-Za-z]{3,}")


def disguised(text: str, disguise: Disguise, chance: random.Random, *, only: frozenset[str] | None = None) -> str:
    """The text with its words of three letters and more disguised; `only`: no others than these (lower case)."""

    def apply(found: re.Match[str]) -> str:
        return found[0] if only is not None and found[0].lower() not in only else disguise(found[0], chance)

    return _WORD.sub(apply, text)
