"""Tokens, roles and names of hosts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.config import User
from bot.control.auth import Door, host_is_ours

DOOR = Door(
    [
        User(name="anna", role="moderator", token=SecretStr("fake-anna")),
        User(name="vic", role="viewer", token=SecretStr("fake-vic")),
    ]
)


def test_the_right_token_is_its_person() -> None:
    person = DOOR.who("Bearer fake-anna")
    assert person is not None
    assert (person.name, person.may("viewer"), person.may("moderator"), person.may("admin")) == ("anna", True, True, False)
    assert DOOR.who("bearer  fake-vic") is not None


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic fake-anna", "fake-anna", "Bearer fake-anna2", "Bearer Fake-anna"]
)
def test_everything_else_is_nobody(header: str | None) -> None:
    assert DOOR.who(header) is None


@given(st.text())
def test_no_header_raises(header: str) -> None:
    assert DOOR.who(header) is None
    assert DOOR.who("Bearer " + header) is None or header.strip() in {"fake-anna", "fake-vic"}


def test_without_users_nobody_comes_in() -> None:
    assert Door([]).is_shut
    assert Door([]).who("Bearer x") is None


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1:8787", True),
        ("localhost:8787", True),
        ("[::1]:8787", True),
        ("LOCALHOST", True),
        ("usher.example.test", True),
        ("usher.example.test:8787", True),
        ("evil.example.test", False),
        ("127.0.0.1.evil.example.test", False),
        ("localhost:1", False),
        (None, False),
        ("", False),
    ],
)
def test_hosts(host: str | None, ours: bool) -> None:
    assert host_is_ours(host, 8787, ["usher.example.test"]) is ours
