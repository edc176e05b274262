"""docs/producers.md tells every section, trigger, condition, step and setting of the engagement half."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from bot.ruleset.engagement import (
    Announcement,
    Capture,
    Close,
    Command,
    Cue,
    Do,
    EngagementSections,
    Poll,
    Predicate,
    Qa,
    Quiz,
    QuizQuestion,
    Reports,
    Speech,
    Trigger,
)

MANUAL = (Path(__file__).parents[2] / "docs" / "producers.md").read_text(encoding="utf-8")
MODELS = (
    EngagementSections,
    Speech,
    Trigger,
    Predicate,
    Do,
    Poll,
    Close,
    Quiz,
    QuizQuestion,
    Announcement,
    Command,
    Capture,
    Qa,
    Cue,
    Reports,
)
NAMES = sorted({field.alias or name for model in MODELS for name, field in model.model_fields.items()} - {"id", "note"})


@pytest.mark.parametrize("name", NAMES)
def test_every_key_is_told(name: str) -> None:
    assert re.search(rf"\b{name}\b", MANUAL)


def test_the_models_are_models() -> None:
    assert all(issubclass(model, BaseModel) for model in MODELS)
    assert len(NAMES) > 60
