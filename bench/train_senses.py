"""Learns the word directions of bot/engine/engagement/senses.py from labelled questions, and writes that table.

    python -m bench.train_senses OUT.txt questions_banking77.jsonl questions_clinc150.jsonl …      needs numpy, which Usher does not

A line of input is {"text": …, "label": …}; the label `oos` means none. Each word's stem gets DIRECTIONS numbers such that the sums
over questions of one label point the same way and those of different labels do not (softmax over the pairs of a batch, Adam). The
shipped table was learned from BANKING77 (PolyAI, CC-BY-4.0) and CLINC150 (CC-BY-3.0); it holds no text of theirs, only stems.
With `--hold N` labels of the first file are kept out of the learning, to see what the table is worth on labels that it never saw.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np  # type: ignore[import-not-found, unused-ignore]  # only for learning; never installed with Usher

from bot.engine.engagement.likeness import words_of
from bot.engine.engagement.senses import ALPHABET, DIRECTIONS
from bot.engine.engagement.stems import stem

STEMS, STEPS, BATCH, TEMPERATURE, RATE = 1400, 4000, 80, 0.1, 0.01


def main() -> None:
    """Learns and writes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("out", type=Path)
    parser.add_argument("data", type=Path, nargs="+")
    parser.add_argument("--hold", type=int, default=0)
    asked = parser.parse_args()
    texts = _texts(asked.data, asked.hold)
    counted = Counter(base for group in texts.values() for text in group for base in set(_stems(text)) if base.isalpha())
    vocabulary = {base: number for number, (base, _count) in enumerate(counted.most_common(STEMS))}
    total = sum(len(group) for group in texts.values())
    idf = np.array([math.log((total + 5) / (counted[base] + 1)) for base in vocabulary])
    table = _learn([_rows(group, vocabulary) for group in texts.values() if len(group) > 1], idf)
    asked.out.write_text(_written(table, list(vocabulary)), encoding="utf-8")


def _texts(files: list[Path], hold: int) -> dict[str, list[str]]:
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for number, file in enumerate(files):
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
        labels = sorted({row["label"] for row in rows})
        held = set(labels[::2][:hold]) if number == 0 else set()
        for row in rows:
            if row["label"] != "oos" and row["label"] not in held:
                groups[f"{number}:{row['label']}"].append(row["text"])
    return dict(groups)


def _stems(text: str) -> list[str]:
    return [stem(word) for word in words_of(text)]


def _rows(texts: list[str], vocabulary: dict[str, int]) -> list[list[tuple[int, float]]]:
    return [
        [(vocabulary[base], 1.0 + math.log(n)) for base, n in Counter(_stems(text)).items() if base in vocabulary] for text in texts
    ]


def _learn(groups: list[list[list[tuple[int, float]]]], idf: Any) -> Any:
    """Adam on the batch softmax, the rate falling to nothing."""
    luck = np.random.default_rng(0)
    table = luck.normal(size=(len(idf), DIRECTIONS)) / math.sqrt(DIRECTIONS) * idf[:, None] * 0.3
    first, second = np.zeros_like(table), np.zeros_like(table)
    for step in range(1, STEPS + 1):
        some = luck.choice(len(groups), min(BATCH, len(groups)), replace=False)
        pairs = [luck.choice(len(groups[g]), 2, replace=False) for g in some]
        batch = np.zeros((2 * len(some), len(idf)))
        for at, (g, pair) in enumerate(zip(some, pairs, strict=True)):
            for side in (0, 1):
                for column, amount in groups[g][pair[side]]:
                    batch[at + side * len(some), column] = amount
        slope = batch.T @ _slope(batch @ table)
        first, second = 0.9 * first + 0.1 * slope, 0.999 * second + 0.001 * slope * slope
        pace = RATE * (1 - step / STEPS)
        table -= pace * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
    return table


def _slope(sums: Any) -> Any:
    """Of the loss, by the sums of a batch whose second half are the partners of the first."""
    lengths = np.linalg.norm(sums, axis=1, keepdims=True) + 1e-6
    units, half = sums / lengths, len(sums) // 2
    scores = units @ units.T / TEMPERATURE
    np.fill_diagonal(scores, -1e9)
    chance = np.exp(scores - scores.max(1, keepdims=True))
    chance /= chance.sum(1, keepdims=True)
    chance[np.arange(half), np.arange(half) + half] -= 1
    chance[np.arange(half) + half, np.arange(half)] -= 1
    wanted = (chance + chance.T) @ units / len(sums) / TEMPERATURE
    return (wanted - (wanted * units).sum(1, keepdims=True) * units) / lengths


def _written(table: Any, stems: list[str]) -> str:
    """`stem:letters`, a letter for each direction; lines as long as the project's."""
    most = len(ALPHABET) // 2
    whole = np.clip(np.round(table / np.quantile(np.abs(table), 0.995) * most), -most, most).astype(int)
    lines, line = [], ""
    for base, row in sorted(zip(stems, whole.tolist(), strict=True)):
        word = f"{base}:{''.join(ALPHABET[value + most] for value in row)}"
        if line and len(line) + len(word) + 1 > 132:
            lines.append(line)
            line = ""
        line = f"{line} {word}" if line else word
    return "\n".join([*lines, line]) + "\n"


if __name__ == "__main__":
    main()
