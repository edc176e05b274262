"""The description: valid, complete, and the same wherever it is asked for."""

from __future__ import annotations

import json
import re

import jsonschema_rs
import pytest

from bot.control.openapi import describe
from bot.control.server import ROUTES
from tests.cli.processes import usher
from tests.control.living import Living

DOCUMENT = describe(ROUTES, "test")


def test_every_reference_leads_somewhere() -> None:
    told = json.dumps(DOCUMENT)
    names = set(re.findall(r'"#/components/schemas/(\w+)"', told))
    assert names <= set(DOCUMENT["components"]["schemas"])


@pytest.mark.parametrize("name", sorted(DOCUMENT["components"]["schemas"]))
def test_every_shape_is_a_valid_schema(name: str) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}
    jsonschema_rs.validator_for(schema)


def test_every_operation_says_what_it_does_for_whom_and_how_it_refuses() -> None:
    seen = set()
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"].endswith("."), (method, path)
            assert operation["x-role"] in {"nobody", "viewer", "moderator", "admin"}
            assert (operation["x-role"] == "nobody") == (operation.get("security") == [])
            assert {"200", "401", "403"} <= set(operation["responses"])
            assert operation["operationId"] not in seen
            seen.add(operation["operationId"])
            assert (method == "get") == ("requestBody" not in operation), (method, path)


def test_the_running_bot_and_the_command_tell_the_same(living: Living) -> None:
    served = living.ask("GET", "/api/v1/openapi.json", role="viewer").data
    printed = json.loads(usher("schema", "api").stdout)
    assert served == printed
    assert served["openapi"].startswith("3.1")
    assert living.ask("GET", "/api/v1/openapi.json", role="").status == 401
