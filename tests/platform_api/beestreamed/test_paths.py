"""The path table, and refs that try to be something else."""

from __future__ import annotations

import pytest

from bot.domain.errors import Refused
from bot.platform_api.beestreamed.paths import PATHS, path_of


def test_refs_are_encoded_and_keep_their_case() -> None:
    assert path_of("message", event="Ev 1/é", message="a?b#c%2F") == "/chat/Ev%201%2F%C3%A9/a%3Fb%23c%252F"


@pytest.mark.parametrize("ref", ["", ".", "..", "x" * 129])
def test_refs_that_cannot_stand_in_a_path(ref: str) -> None:
    with pytest.raises(Refused, match="ref of a platform's event"):
        path_of("event", event=ref)


def test_a_ref_cannot_leave_its_place() -> None:
    assert path_of("event", event="../client/x") == "/events/..%2Fclient%2Fx"
    assert path_of("event", event="\ud800") == "/events/%3F"


def test_the_table_uses_the_endpoint_pages_paths() -> None:
    assert PATHS["polls"] == "/polls/{event}"
    assert PATHS["signups"] == "/signup/{event}"
