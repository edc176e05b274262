"""The API keeps to its own description, whoever calls and whatever they send (Schemathesis against the whole bot)."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from bot.control.auth import Person, Role
from bot.control.openapi import describe
from bot.control.routes import Route
from bot.control.server import ROUTES
from tests.control.living import TOKENS, Living

SCHEMA = schemathesis.openapi.from_dict(describe(ROUTES, "test"))
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
    unsupported_method,
]
ROLES: tuple[Role, ...] = ("viewer", "moderator", "admin")
EXAMPLES = {"viewer": 3, "moderator": 10, "admin": 4}


def named(route: Route) -> str:
    return f"{route.method} {route.path.removeprefix('/api/v1/')}"


def can_be_wrong(route: Route) -> bool:
    return not route.open or route.body is not None


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    ("route", "mode"),
    [
        pytest.param(route, mode, id=f"{named(route)}-{word}")
        for route in ROUTES
        if not route.endless
        for mode, word in ((GenerationMode.POSITIVE, "right"), (GenerationMode.NEGATIVE, "wrong"))
        if word == "right" or can_be_wrong(route)
    ],
)
def test_every_answer_is_a_described_one(living: Living, route: Route, role: Role, mode: GenerationMode) -> None:
    operation = SCHEMA[route.path][route.method]
    allowed = Person("x", role).may(route.role)

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES[role],
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    def check(case: schemathesis.Case[Any]) -> None:
        answer = case.call(base_url=living.url, headers={"Authorization": f"Bearer {TOKENS[role]}"})
        case.validate_response(answer, checks=CHECKS)
        assert allowed or answer.status_code in (401, 403, 404, 405), answer.text

    check()
