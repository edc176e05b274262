"""How well the shipped rules catch what they should and leave alone what they must: `make bench-matching`.

Reads the labelled sets of a folder (first argument; default ../shared/data), which are not part of this repository. Every text is a
message of its own author in one recording, through the same engine as the running bot; "flagged" means hidden, held or archived.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.obfuscate import HARD, PLAIN, REST, Disguise, disguised
from bot.cli.loading import load_ruleset
from bot.engine.replay import Replay, replay
from bot.ruleset.model import Ruleset

DEFAULT = Path("../shared/data")
SAMPLE = 400
"""Texts a disguise is tried on."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a report: what was measured, the value, what is wanted of it (in words), and whether it is."""

    name: str
    value: str
    wanted: str
    holds: bool


class Judge:
    """The rules, asked about texts that have nothing to do with each other."""

    def __init__(self, ruleset: Ruleset) -> None:
        self._replay = Replay(ruleset)
        self._asked = 0

    def rules(self, text: str, **more: Any) -> tuple[str, ...]:
        """The rules that hide, hold or archive this text."""
        self._asked += 1
        record = {"text": text, "name": f"guest {self._asked}", "email": f"g{self._asked}@example.test", "t": self._asked * 30.0}
        answer = self._replay.feed(json.dumps(record | more))
        assert answer.decision is not None, answer.error  # noqa: S101 - the record is our own
        return answer.decision.rules if answer.decision.outcome in {"hide", "hold", "archive"} else ()

    def flags(self, text: str) -> bool:
        """Whether any does."""
        return bool(self.rules(text))


def read(folder: Path, name: str) -> list[dict[str, Any]]:
    """The rows of one set."""
    with (folder / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


OTHER = {"spam": frozenset({"profanity", "slurs", "sexual", "insults", "shouting"})}
"""What a set does not label: swearing in a set of spam is no false alarm."""


def f1(judge: Judge, rows: Iterable[Mapping[str, Any]], other: frozenset[str] = frozenset()) -> tuple[float, float]:
    """(F1, share of the innocent that were flagged) over rows with text and label; what only `other` rules flag counts as not."""
    right = wrong = missed = innocent = 0
    for row in rows:
        flagged = bool(set(judge.rules(row["text"])) - other)
        right += flagged and row["label"] == 1
        missed += not flagged and row["label"] == 1
        wrong += flagged and row["label"] == 0
        innocent += row["label"] == 0
    return 2 * right / max(1, 2 * right + wrong + missed), wrong / max(1, innocent)


LABELLED = (
    ("tox_davidson.jsonl", 0.96, 0.06),
    ("tox_paradetox.jsonl", 0.90, 0.005),
    ("spam_youtube.jsonl", 0.65, 0.025),
    ("spam_sms.jsonl", 0.82, 0.005),
)
QUESTIONS = ("questions_banking77.jsonl", "questions_clinc150.jsonl", "questions_stackexchange.jsonl")


def labelled(judge: Judge, folder: Path) -> Iterator[Row]:
    """F1 and false positives of the labelled sets."""
    for name, least, most in LABELLED:
        score, false = f1(judge, read(folder, name), OTHER.get(name.partition("_")[0], frozenset()))
        holds = score >= least and false <= most
        yield Row(name, f"F1 {score:.3f} at {false:.2%}", f"{least} at {most:.1%}", holds)


def innocent(judge: Judge, folder: Path) -> Iterator[Row]:
    """Sets in which nothing may be flagged."""
    texts = [row["text"] for row in read(folder, "scunthorpe.jsonl")]
    share = sum(map(judge.flags, texts)) / len(texts)
    yield Row("scunthorpe.jsonl", f"{share:.2%}", "0.5% at most", share <= 0.005)
    texts = [row["text"] for name in QUESTIONS for row in read(folder, name)]
    share = sum(map(judge.flags, texts)) / len(texts)
    yield Row("questions_*", f"{share:.3%} of {len(texts)}", "0.05% at most", share <= 0.0005)


LINKS: dict[str, Callable[[str], str]] = {
    "https": lambda host: f"look https://{host}/gift",
    "bare": lambda host: f"free nitro at {host}",
    "capitals": lambda host: f"go to {host.upper()}",
    "spaced dot": lambda host: "visit " + host.replace(".", " . "),
    "(dot)": lambda host: "visit " + host.replace(".", "(dot)"),
    "hxxp": lambda host: f"hxxps://{host.replace('.', '[.]')}/x",
    "fullwidth": lambda host: "at " + "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in host),
    "zero-width": lambda host: "at " + "\u200b".join(host),
    "userinfo": lambda host: f"https://discord.com@{host}/",
    "markdown": lambda host: f"[discord.com](https://{host}/)",
    "sub-domain": lambda host: f"http://www.login.{host}",
}


def links(judge: Judge, folder: Path) -> Iterator[Row]:
    """Phishing domains, however written, by a stranger's first line: when they are listed, and by the shipped rules alone."""
    hosts = [row["text"] for row in read(folder, "links_phishing_domains.jsonl")]
    listed = Judge(_listing(hosts))
    for name, write in LINKS.items():
        share = sum(listed.flags(write(host)) for host in hosts) / len(hosts)
        shipped = sum(judge.flags(write(host)) for host in hosts) / len(hosts)
        yield Row(f"phishing, {name}", f"{share:.1%} listed, {shipped:.1%} not", "all", share == 1.0)


def _listing(hosts: Sequence[str]) -> Ruleset:
    """One rule that hides links to these hosts."""
    with tempfile.TemporaryDirectory() as made:
        text = "lists: { bad: { file: lists/bad.txt } }\nrules:\n  - { id: phishing, if: { domain_in: bad }, do: [ hide ] }\n"
        Path(made, "rules.yaml").write_text(text, encoding="utf-8")
        Path(made, "lists").mkdir()
        Path(made, "lists", "bad.txt").write_text("\n".join(hosts), encoding="utf-8")
        return load_ruleset(Path(made))


LIVE = {"chat_twitch": 0.02, "chat_twitch_misc": 0.02, "chat_youtube": 0.02, "chat_irc_ubuntu": 0.01, "chat_irc_support": 0.01}
"""Recorded chats, with the share of lines that rules about flood, copies and capitals may act on."""
NOISE = frozenset({"flood", "repeating", "shouting", "mute", "slow"})


def chats(_judge: Judge, folder: Path) -> Iterator[Row]:
    """What the rules about behaviour, and all rules together, take from recorded chats."""
    for name, most in LIVE.items():
        lines = [json.dumps(row) for row in read(folder, f"{name}.jsonl") if "text" in row]
        taken = [
            answer.decision.rules
            for answer in replay(lines, load_ruleset(Path("rules")))
            if answer.decision is not None and answer.decision.outcome in {"hide", "hold", "archive"}
        ]
        noise = sum(bool(NOISE & set(rules)) for rules in taken) / len(lines)
        yield Row(name, f"{noise:.2%} for noise, {len(taken) / len(lines):.2%} in all", f"{most:.0%} for noise", noise <= most)


def disguises(judge: Judge, folder: Path) -> Iterator[Row]:
    """What of the flagged stays flagged when its words are disguised, and how much innocent text becomes flagged."""
    bad = _offending(judge, folder)
    fine = _harmless(judge, folder)
    for group, (least, each, most) in LIMITS.items():
        kept, false = [], []
        for name, disguise in GROUPS[group].items():
            retained, flagged = _one(judge, disguise, bad, fine)
            kept.append(retained)
            false.append(flagged)
            yield Row(f"{group}: {name}", f"kept {retained:.1%}, innocent {flagged:.2%}", f"{each:.0%}", retained >= each)
        mean, share = sum(kept) / len(kept), sum(false) / len(false)
        yield Row(
            f"{group}: mean", f"kept {mean:.1%}, innocent {share:.2%}", f"{least:.0%}, {most:.1%}", mean >= least and share <= most
        )


GROUPS = {"plain": PLAIN, "rest": REST, "hard": HARD}
LIMITS = {"plain": (0.99, 0.95, 0.004), "rest": (0.95, 0.0, 0.008), "hard": (0.60, 0.0, 0.02)}
"""Group of disguises → mean retained, each retained, innocent text flagged."""


def _offending(judge: Judge, folder: Path) -> list[tuple[str, frozenset[str]]]:
    """Texts flagged for a single word, with that word."""
    canon = {word for row in read(folder, "words_surge_variants.jsonl") for word in row["canon"]}
    listed = sorted(word for word in canon if word.isascii() and word.isalpha() and len(word) > 3 and judge.flags(word))
    chance = random.Random(7)  # noqa: S311 - a sample
    carriers = ("you are a {} honestly", "what a {}", "{} is what this is", "stop that {} now", "{}")
    chosen = [chance.choice(listed) for _ in range(SAMPLE)]
    return [(chance.choice(carriers).format(word), frozenset({word})) for word in chosen]


def _harmless(judge: Judge, folder: Path) -> list[str]:
    """Harmless lines of real chats and questions."""
    chance = random.Random(8)  # noqa: S311 - a sample
    texts = [row["text"] for name in ("chat_irc_support.jsonl", "chat_youtube.jsonl", *QUESTIONS) for row in read(folder, name)]
    chosen = chance.sample([text for text in texts if 10 < len(text) < 120 and "http" not in text], 3 * SAMPLE)
    return [text for text in chosen if not judge.flags(text)][: 2 * SAMPLE]


def _one(judge: Judge, disguise: Disguise, bad: Sequence[tuple[str, frozenset[str]]], fine: Sequence[str]) -> tuple[float, float]:
    chance = random.Random(9)  # noqa: S311 - a sample
    kept = sum(judge.flags(disguised(text, disguise, chance, only=words)) for text, words in bad)
    flagged = sum(judge.flags(disguised(text, disguise, chance)) for text in fine)
    return kept / len(bad), flagged / len(fine)


def main() -> int:
    """Prints the table; 1 if something does not hold."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT
    if not folder.is_dir():
        sys.stderr.write(f"there are no sets in {folder}; give their folder: python -m bench.matching FOLDER\n")
        return 2
    judge, failed = Judge(load_ruleset(Path("rules"))), 0
    for part in (innocent, labelled, chats, links, disguises):
        for row in part(judge, folder):
            failed += not row.holds
            sys.stdout.write(f"{'  ' if row.holds else '! '}{row.name:34} {row.value:34} wanted {row.wanted}\n")
            sys.stdout.flush()
    return min(1, failed)


if __name__ == "__main__":
    sys.exit(main())
