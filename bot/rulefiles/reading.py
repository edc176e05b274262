"""Reads a folder of rule files into texts. Regular files only, capped, never waiting; what cannot be read becomes a problem.

A link is followed if it ends inside the folder (Kubernetes mounts files that way), else it is refused. Names that begin with a
dot are left alone: editors keep their own things there.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.domain.errors import UsageError
from bot.domain.ids import content_hash
from bot.rulefiles.learned import learned
from bot.rulefiles.presets import presets
from bot.ruleset.parse import Parsed, parse
from bot.ruleset.problems import Problem

RULE_FILE_CAP = 256 * 1024
LIST_FILE_CAP = 4 * 1024 * 1024
MOST_FILES = 200
Signature = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The folder at one moment. `texts` holds rule files and `lists/*.txt`; `signature` changes with every save."""

    texts: Mapping[str, str]
    problems: tuple[Problem, ...]
    signature: Signature

    @property
    def sha(self) -> str:
        """Names the contents."""
        return content_hash(*(part for name in sorted(self.texts) for part in (name, self.texts[name])))


@dataclass(frozen=True, slots=True)
class Loaded:
    """A folder, read and parsed once. `files` are all texts, list files too."""

    parsed: Parsed
    files: Mapping[str, str]
    sha: str


def load(folder: Path | str, services: Collection[str] | None = None) -> Loaded:
    """Reads and parses; raises UsageError if there is no such folder. Blocks: call it from a thread or a command."""
    snapshot = read_folder(folder)
    return Loaded(parse_snapshot(snapshot, services), snapshot.texts, snapshot.sha)


def parse_snapshot(snapshot: Snapshot, services: Collection[str] | None = None) -> Parsed:
    """The rule set of a snapshot; files that could not be read stand in the way."""
    parsed = parse_texts(snapshot.texts, services)
    if not snapshot.problems:
        return parsed
    return Parsed(None, (*snapshot.problems, *parsed.problems))


def parse_texts(texts: Mapping[str, str], services: Collection[str] | None = None) -> Parsed:
    """Texts by name, as a snapshot or a stored revision has them. `services`: the configured ones, if that is known."""
    rules = {name: text for name, text in texts.items() if _is_rule_file(name)}
    lists = {name: text for name, text in texts.items() if not _is_rule_file(name)}
    return parse(rules, lists, presets(), learned=learned(), services=services)


def read_folder(folder: Path | str) -> Snapshot:
    """The texts of `*.yaml`, `*.yml` and `lists/*.txt`."""
    root = Path(folder)
    if not root.is_dir():
        raise UsageError(f"there is no folder '{folder}' with rules; make it, or name another one with --rules or `rules =`")
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    marks: list[tuple[str, int, int, int]] = []
    for number, (name, path) in enumerate(_candidates(root)):
        if number >= MOST_FILES:
            problems.append(Problem(name, 1, 1, f"more than {MOST_FILES} files", "join some of them"))
            break
        try:
            text, mark = _read(root, path, RULE_FILE_CAP if _is_rule_file(name) else LIST_FILE_CAP)
        except (OSError, ValueError) as error:
            problems.append(Problem(name, 1, 1, f"this file cannot be read: {_reason(error)}", "mend or remove it"))
            marks.append((name, 0, 0, 0))
        else:
            texts[name] = text
            marks.append((name, *mark))
    return Snapshot(texts, tuple(problems), tuple(marks))


def _is_rule_file(name: str) -> bool:
    return name.endswith((".yaml", ".yml"))


def _candidates(root: Path) -> Iterator[tuple[str, Path]]:
    try:
        rules = [path for path in root.iterdir() if _is_rule_file(path.name) and not path.name.startswith(".")]
        lists = root / "lists"
        texts = list(lists.glob("*.txt")) if lists.is_dir() else []
    except OSError as error:
        raise UsageError(f"the folder '{root}' with rules cannot be read: {_reason(error)}") from error
    yield from ((path.name, path) for path in sorted(rules))
    yield from ((f"lists/{path.name}", path) for path in sorted(texts) if not path.name.startswith("."))


def _read(root: Path, path: Path, cap: int) -> tuple[str, tuple[int, int, int]]:
    real = path.resolve(strict=True)
    if not real.is_relative_to(root.resolve()):
        raise ValueError("it is a link out of the folder")
    descriptor = os.open(real, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("it is no regular file")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            data = file.read(cap + 1)
    finally:
        os.close(descriptor)
    if len(data) > cap:
        raise ValueError(f"it is larger than {cap // 1024} KiB")
    return data.decode("utf-8"), (status.st_mtime_ns, status.st_ino, len(data))


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return f"it is no UTF-8 (byte {error.start + 1})"
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
