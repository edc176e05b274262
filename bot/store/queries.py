"""Named queries and numbered migrations, read from the files beside this one. The Python files hold no SQL."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)
_FILE = re.compile(r"^(\d{4})_(\w+)\.sql$")


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema."""

    number: int
    name: str
    statements: tuple[str, ...]


@cache
def load_queries(database: str) -> Mapping[str, str]:
    """The queries for a database ("sqlite", "postgres") by name; its own ones take the place of the general ones."""
    home = resources.files("bot.store.sql")
    general = parse_queries(home.joinpath("queries.sql").read_text("utf-8"))
    return general | parse_queries(home.joinpath(database, "queries.sql").read_text("utf-8"))


def parse_queries(text: str) -> dict[str, str]:
    """Splits a file at its `-- name:` lines; comments fall away."""
    parts = _NAME.split(text)[1:]
    return {name: _bare(body) for name, body in zip(parts[::2], parts[1::2], strict=True)}


def load_migrations(database: str) -> tuple[Migration, ...]:
    """All steps of the schema in their order: those of every database (sql/schema) and its own ones."""
    home = resources.files("bot.store.sql")
    steps = []
    for file in (*home.joinpath("schema").iterdir(), *home.joinpath(database).iterdir()):
        found = _FILE.match(file.name)
        if found:
            steps.append(Migration(int(found[1]), found[2], tuple(_statements(file.read_text("utf-8")))))
    return tuple(sorted(steps, key=lambda step: step.number))


def _bare(body: str) -> str:
    return "\n".join(line for line in body.splitlines() if not line.startswith("--")).strip()


def _statements(text: str) -> Iterator[str]:
    piece = ""
    for line in text.splitlines(keepends=True):
        if line.startswith("--"):
            continue
        piece += line
        if sqlite3.complete_statement(piece):
            yield piece.strip()
            piece = ""
