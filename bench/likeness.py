"""How well duplicates of questions are found: `python -m bench.likeness [--pairs FILE] [--intents FILE] [--sample N] [--only N]`.

Pairs are lines {"a", "b", "label", "kind"} (kinds random_negative, hard_negative; label 1 = the same question): the share of true
pairs and of hard negatives above the likeness that one of a hundred random pairs reaches. Intents are lines {"text", "label"}: for
a sample of questions, whether the most alike of all the others has the same label.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.engine.engagement.likeness import SUGGEST, Frequencies, likeness


def main() -> None:
    """Prints the figures of what was given."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--pairs", type=Path)
    parser.add_argument("--intents", type=Path)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument(
        "--only", type=int, default=0, help="sample questions only of the labels that train_senses.py --hold N kept out"
    )
    asked = parser.parse_args()
    if asked.pairs:
        print(told(pairs(_rows(asked.pairs))))
    if asked.intents:
        print(told(nearest(_rows(asked.intents), asked.sample, asked.only)))


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def pairs(rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Shares above the threshold that flags one of a hundred random pairs, and above the default of `suggest_at`."""
    known = Frequencies(sorted({row[side] for row in rows for side in ("a", "b")}))
    found: dict[str, list[float]] = {"same": [], "hard_negative": [], "random_negative": []}
    for row in rows:
        value = likeness(known.weighted(row["a"]), known.weighted(row["b"]))
        found["same" if row["label"] == 1 else row["kind"]].append(value)
    random_ones = sorted(found["random_negative"], reverse=True)
    threshold = random_ones[len(random_ones) // 100]
    shares = {f"{kind} at 1 %": _above(values, threshold) for kind, values in found.items()}
    return {"threshold": threshold} | shares | {f"{kind} at {SUGGEST}": _above(values, SUGGEST) for kind, values in found.items()}


def _above(values: Sequence[float], threshold: float) -> float:
    return sum(value > threshold for value in values) / max(1, len(values))


def nearest(rows: Sequence[dict[str, Any]], sample: int, only: int = 0) -> dict[str, float]:
    """Share of a sample whose most alike other question has the same label; all questions are the memory."""
    known = Frequencies(row["text"] for row in rows)
    weighted = [known.weighted(row["text"]) for row in rows]
    labels = sorted({row["label"] for row in rows})
    wanted = set(labels[::2][:only]) if only else set(labels)
    places = [at for at, row in enumerate(rows) if row["label"] in wanted]
    right = 0
    for at in random.Random(1).sample(places, min(sample, len(places))):  # noqa: S311 - a sample that can be drawn again
        mine = weighted[at]
        best = max((likeness(mine, other), -place) for place, other in enumerate(weighted) if place != at)
        right += rows[-best[1]]["label"] == rows[at]["label"]
    return {"questions": float(len(rows)), "nearest has the same label": right / min(sample, len(places))}


def told(figures: dict[str, float]) -> str:
    """One line."""
    return ", ".join(f"{name} {value:.3f}" for name, value in figures.items())


if __name__ == "__main__":
    main()
