"""What the audience of the two hours writes: made up once for all, far enough apart that no order hangs on a hair."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

LENGTH = 7200.0
NAMES = ("Ann", "Bo", "Cem", "Dana", "Eli", "Fay", "Gus", "Hana", "Ivo", "Jule", "Kim", "Lars", "Mia", "Nina", "Olu", "Pia")
WORDS = ("nice", "that", "demo", "works", "here", "again", "really", "slide", "good", "point", "thanks", "wow", "indeed", "so")
SAID = (
    (480.0, "Ann", "!agenda"),
    (1020.0, "Bo", "!slides please"),
    (1650.0, "Cem", "!wifi"),
    (2160.0, "Dana", "!help"),
    (2280.0, "Eli", "!secret"),
    (2400.0, "Fay", "!break"),
    (2460.0, "Nina", "!break"),
    (3300.0, "Gus", "!agenda"),
    (3900.0, "Hana", "applause"),
    (3930.0, "Ivo", "APPLAUSE to the speaker!"),
    (3960.0, "Jule", "much applause"),
    (4800.0, "Kim", "!deck"),
    (6300.0, "Lars", "!help"),
)


def lines() -> list[dict[str, object]]:
    """Replay records, in the order of their times."""
    dice = Random(4)
    talk = [(at, dice.choice(NAMES), " ".join(dice.sample(WORDS, 5))) for at in range(10, int(LENGTH), 25)]
    said = sorted([*((float(at), name, text) for at, name, text in talk), *SAID])
    return [{"t": at, "name": name, "email": f"{name.lower()}@example.test", "text": text} for at, name, text in said]


def text() -> str:
    """As a recording."""
    return "\n".join(map(json.dumps, lines()))


def write(path: Path) -> Path:
    """As `usher rehearse --chat` takes it."""
    path.write_text(text(), encoding="utf-8")
    return path
