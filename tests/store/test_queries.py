"""Named queries: each one is understood by the database, each one is used, each one is explained."""

from __future__ import annotations

import re
import sqlite3
from importlib import resources
from itertools import pairwise
from pathlib import Path

import pytest

import bot.store
from bot.store.queries import load_migrations, load_queries, parse_queries

QUERIES = load_queries("sqlite")
CODE = "\n".join(file.read_text("utf-8") for file in Path(bot.store.__file__).parent.glob("*.py"))


@pytest.fixture(scope="module")
def schema() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    for step in load_migrations("sqlite"):
        for statement in step.statements:
            connection.execute(statement)
    return connection


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_database_understands(name: str, schema: sqlite3.Connection) -> None:
    values = dict.fromkeys(re.findall(r":(\w+)", QUERIES[name]), 1) | {"refs": "[]", "ids": "[]", "pairs": "[]", "states": "[]"}
    schema.execute(f"EXPLAIN {QUERIES[name]}", values)


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_query_is_used(name: str) -> None:
    assert f'"{name}"' in CODE


def test_every_query_is_explained() -> None:
    for file in ("queries.sql", "sqlite/queries.sql"):
        lines = resources.files("bot.store.sql").joinpath(file).read_text("utf-8").splitlines()
        bare = [line for line, after in pairwise(lines) if line.startswith("-- name:") and not after.startswith("-- ")]
        assert bare == []


def test_own_query_takes_the_general_ones_place() -> None:
    assert parse_queries("-- name: a\n-- why\nSELECT 1;\n\n-- name: b\nSELECT 2;\n") == {"a": "SELECT 1;", "b": "SELECT 2;"}


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("waiting_entries", "outbox_open"),
        ("past_entries", "outbox_expires"),
        ("count_attempts", "inbox_waiting"),
        ("writes_of", "outbox_ref"),
        ("own_remotes", "outbox_remote"),
        ("waiting_entries", "outbox_lane"),
        ("entries_of_decisions", "outbox_decision"),
        ("decisions_of", "decision_ref"),
        ("count_outcomes", "COVERING INDEX decision_outcome"),
        ("count_scored", "autoindex_decision"),
        ("list_decided_messages", "COVERING INDEX decision_outcome"),
        ("list_decided_messages", "decision_ref"),
        ("messages_a_minute", "message USING INTEGER PRIMARY KEY"),
        ("decisions_a_minute", "decision USING INTEGER PRIMARY KEY"),
        ("undone_by", "decision_undoes"),
        ("exposures", "message_hidden"),
        ("report_messages", "message_event"),
        ("report_fates", "decision_ref"),
        ("report_fate_rules", "decision_rule_id"),
        ("report_decisions", "decision_event"),
        ("report_decision_acts", "outbox_decision"),
    ],
)
def test_hot_queries_use_their_index(name: str, index: str, schema: sqlite3.Connection) -> None:
    values = dict.fromkeys(re.findall(r":(\w+)", QUERIES[name]), 1) | {"refs": "[]", "ids": "[]"}
    plan = " ".join(row[3] for row in schema.execute(f"EXPLAIN QUERY PLAN {QUERIES[name]}", values))
    assert index in plan


def test_counting_a_large_state_sorts_nothing(schema: sqlite3.Connection) -> None:
    values = {"channel": "main", "event": ""}
    plan = [row[3] for row in schema.execute(f"EXPLAIN QUERY PLAN {QUERIES['count_outcomes']}", values)]
    assert len(plan) == 1
