"""The JSON Schema agrees with the reader: what one takes the other takes."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest

from bot.ruleset.conditions import TABLE
from bot.ruleset.effects import ACTIONS
from bot.ruleset.schema import rules_schema
from bot.ruleset.yaml_places import read_tree
from tests.ruleset.asking import if_text, parse_one
from tests.ruleset.test_effects import FORMS
from tests.ruleset.test_parse import FULL

SCHEMA = rules_schema()
VALIDATOR = jsonschema_rs.validator_for(SCHEMA)


def valid(text: str) -> bool:
    return bool(VALIDATOR.is_valid(read_tree("a.yaml", text).data))


def test_the_schema_is_one() -> None:
    jsonschema_rs.meta.validate(SCHEMA)
    assert SCHEMA["$schema"].endswith("2020-12/schema")
    assert {"people", "lists", "rules", "escalate", "polls", "cues"} <= set(SCHEMA["properties"])


def test_every_condition_and_action_is_in_it_with_a_word() -> None:
    conditions: dict[str, Any] = SCHEMA["$defs"]["Conditions"]["properties"]
    assert set(TABLE) | {"all", "any", "none", "at_least", "fold", "allow"} == set(conditions)
    assert all(conditions[key].get("description") for key in TABLE)
    assert set(SCHEMA["$defs"]["Action"]["properties"]) == set(ACTIONS)


def test_sound_files_are_valid() -> None:
    assert valid(FULL)
    for written, _ in FORMS:
        assert valid(f"rules:\n  - {{ id: r, if: {{ surface: qa }}, do: {written} }}"), written


CONDITIONS = [
    "{ word: [a, { list: x }] }",
    "{ regex: a, fold: off, allow: b }",
    '{ length: "15..300", words: 3, lines: "< 3" }',
    "{ caps: 70%, symbols: { share: 0.5, min_length: 9 }, emoji: true, zalgo: true, run: 9 }",
    '{ link: true, links: ">= 2", domain_in: ours, domain_not_in: [a.test], link_mismatch: true }',
    "{ personal_data: [email, card], script: mixed }",
    '{ author: { trust: ">= regular", messages: "< 3", seen_for: "< 10m", signed_up: true, strikes: 0, hidden_share: "> 50%" } }',
    '{ rate: "5 in 30s" }',
    '{ rate: { by: text, over: "5 in 30s", distinct: author } }',
    '{ counter: { heat: ">= 3 in 10m" }, score: ">= 6" }',
    "{ similar_to_own: 0.9, similar_to_others: { authors: 4 }, qa_duplicate: 0.85 }",
    '{ surface: [chat, qa], question: true, event: { phase: on_air }, poll: open, raid: false, between: "live..live+10m" }',
    "{ at_least: { n: 2, of: [a, { list: x }, { link: true }] }, any: [ { word: a } ], all: [ { word: b } ] }",
]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_conditions_agree(condition: str) -> None:
    text = if_text(condition, "lists: { x: [a], ours: [b.test] }")
    parsed = parse_one(text)
    assert parsed.ruleset is not None, parsed.problems
    assert valid(text)


@pytest.mark.parametrize(
    "condition",
    [
        "{ wrod: a }",
        "{ caps: much }",
        "{ author: { karma: 1 } }",
        "{ rate: often }",
        "{ surface: here }",
        "{ between: 5 }",
        "{ any: [] }",
    ],
)
def test_mistakes_agree(condition: str) -> None:
    assert not valid(if_text(condition))
    assert parse_one(if_text(condition)).ruleset is None
