"""The same targets with Hypothesis, briefly; `make fuzz` does it for a minute each, with atheris too where it can be installed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS, WORDS

EXAMPLES = 150


def json_like(words: tuple[str, ...]) -> st.SearchStrategy[bytes]:
    """JSON with the names that a parser looks for."""
    leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.sampled_from(words)
    keys = st.sampled_from(words) | st.text(max_size=8)
    value = st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(keys, inner, max_size=8), max_leaves=25
    )
    return value.map(_encoded)


def _encoded(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


def lines(words: tuple[str, ...]) -> st.SearchStrategy[bytes]:
    """Text of pieces, indented."""
    piece = st.sampled_from(words) | st.text(max_size=12)
    line = st.tuples(st.integers(0, 6), st.lists(piece, max_size=4)).map(lambda made: " " * made[0] + " ".join(made[1]))
    return st.lists(line, max_size=12).map(lambda made: "\n".join(made).encode("utf-8", "surrogatepass"))


def run_together(words: tuple[str, ...]) -> st.SearchStrategy[bytes]:
    """Text without spaces but those it brings."""
    piece = st.sampled_from(words) | st.sampled_from("abcfuckshit \n") | st.text(max_size=3)
    return st.lists(piece, max_size=60).map(lambda made: "".join(made).encode("utf-8", "replace"))


def inputs(name: str) -> st.SearchStrategy[bytes]:
    made = {"rules": lines, "text": run_together}.get(name, json_like)(WORDS[name])
    signed = made.map(lambda body: b"sha256=00\n" + body) if name == "webhook" else made
    return signed | st.binary(max_size=200)


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_no_exception_escapes(name: str) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(inputs(name))
    def tried(data: bytes) -> None:
        TARGETS[name](data)

    tried()
