"""The JSON Schema of rule files, from the same models that check them: for editors that complete and mark mistakes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.ruleset.conditions import TABLE, Kind
from bot.ruleset.rule_file import file_model


def rules_schema(kinds: Mapping[str, Kind] = TABLE) -> dict[str, Any]:
    """JSON Schema 2020-12 of one rule file."""
    schema = file_model(kinds).model_json_schema(by_alias=True)
    cleaned: dict[str, Any] = _clean(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Usher rule file"} | cleaned


def _clean(node: Any) -> Any:
    """Leaves out what only repeats the key (titles) or would suggest an empty value (null defaults and alternatives)."""
    if isinstance(node, list):
        return [_clean(one) for one in node]
    if not isinstance(node, Mapping):
        return node
    kept = {key: value for key, value in node.items() if not _idle(key, value)}
    cleaned = {
        key: {name: _clean(one) for name, one in value.items()} if key in ("properties", "$defs") else _clean(value)
        for key, value in kept.items()
    }
    return _without_null(cleaned)


def _idle(key: str, value: Any) -> bool:
    return (key == "title" and isinstance(value, str)) or (key == "default" and value is None)


def _without_null(node: dict[str, Any]) -> dict[str, Any]:
    forms = node.get("anyOf")
    if not isinstance(forms, list):
        return node
    left = [form for form in forms if form != {"type": "null"}]
    if len(left) == 1:
        only: dict[str, Any] = left[0]
        return {key: value for key, value in node.items() if key != "anyOf"} | only
    return node | {"anyOf": left}
