"""A word's stem: the same for all its forms, though not always a word. English; other languages keep what they have. Pure."""

from __future__ import annotations

from functools import lru_cache

_ENDINGS = ("ingly", "edly", "ings", "ing", "ies", "ied", "ness", "ments", "ment", "ers", "er", "ed", "es", "ly", "s")
_IRREGULAR = """
ate eaten: eat, became: become, began begun: begin, bought: buy, broke broken: break, brought: bring, built: build, came: come,
caught: catch, children: child, chose chosen: choose, did done: do, died: die, drew drawn: draw, drove driven: drive, feet: foot,
felt: feel, forgot forgotten: forget, fought: fight, found: find, gave given: give, got gotten: get, grew grown: grow,
had has have: have, heard: hear, held: hold, hid hidden: hide, kept: keep, knew known: know, led: lead, left: leave, lent: lend,
lives: life, lost: lose, made: make, meant: mean, men: man, met: meet, mice: mouse, paid: pay, people: person, ran: run,
rose risen: rise, said: say, saw seen: see, sent: send, shook shaken: shake, shown: show, slept: sleep, sold: sell,
spent: spend, spoke spoken: speak, stole stolen: steal, stood: stand, stuck: stick, taught: teach, thought: think, told: tell,
took taken: take, understood: understand, was were been is are am: be, went gone: go, woke woken: wake, women: woman,
won: win, wore worn: wear, worse worst: bad, better best: good, wrote written: write
"""


def _irregular() -> dict[str, str]:
    found: dict[str, str] = {}
    for group in _IRREGULAR.replace("\n", " ").split(","):
        forms, _, base = group.partition(":")
        found.update(dict.fromkeys(forms.split(), base.strip()))
    return found


_BASE_OF = _irregular()


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A word in small letters without its English endings.

    >>> stem("infected"), stem("infecting"), stem("studies"), stem("began")
    ('infect', 'infect', 'studi', 'begin')
    """
    word = _BASE_OF.get(word, word)
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            rest = word[: -len(ending)]
            if ending in ("ies", "ied"):
                return f"{rest}i"
            doubled = len(rest) > 3 and rest[-1] == rest[-2] and rest[-1] not in "ls"
            return _bare(rest[:-1] if doubled else rest)
    return _bare(word)


def _bare(word: str) -> str:
    if len(word) > 3 and word.endswith("e"):
        return word[:-1]
    return f"{word[:-1]}i" if len(word) > 3 and word.endswith("y") else word
