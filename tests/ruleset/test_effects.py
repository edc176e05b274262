"""Actions: how they are written, and their full form."""

from __future__ import annotations

from typing import Any

import pytest

from bot.ruleset.effects import ACTIONS, BARE
from tests.ruleset.asking import parse_one, rules_of


def effects(do: str) -> tuple[dict[str, Any], ...]:
    return rules_of(f"rules:\n  - {{ id: r, if: {{ surface: qa }}, do: {do} }}").rules[0].do


def problems(do: str) -> list[str]:
    parsed = parse_one(f"rules:\n  - {{ id: r, if: {{ surface: qa }}, do: {do} }}")
    return [f"{problem.text} | {problem.hint}" for problem in parsed.problems]


FORMS: list[tuple[str, dict[str, Any]]] = [
    ("hide", {"hide": True}),
    ("show", {"show": True}),
    ("approve", {"approve": True}),
    ("archive", {"archive": True}),
    ("flag", {"flag": True}),
    ("allow", {"allow": True}),
    ("forgive", {"forgive": True}),
    ("hold", {"hold": {"for": None, "then": None}}),
    ("[ { hold: 5m } ]", {"hold": {"for": 300.0, "then": "hide"}}),
    ("[ { hold: { for: 5m, then: show } } ]", {"hold": {"for": 300.0, "then": "show"}}),
    ("alert", {"alert": {"text": "", "urgent": False}}),
    ('[ { alert: "look: {match}" } ]', {"alert": {"text": "look: {match}", "urgent": False}}),
    ('[ { reply: "hello {author}" } ]', {"reply": {"text": "hello {author}"}}),
    ("[ { warn: true } ]", {"warn": {"text": ""}}),
    ("strike", {"strike": {"n": 1, "for": 86400.0}}),
    ("[ { strike: 2 } ]", {"strike": {"n": 2, "for": 86400.0}}),
    ("[ { strike: { n: 1, for: 1h } } ]", {"strike": {"n": 1, "for": 3600.0}}),
    ("[ { label: helper } ]", {"label": {"name": "helper"}}),
    ("[ { unlabel: helper } ]", {"unlabel": {"name": "helper"}}),
    ("[ { count: heat } ]", {"count": {"name": "heat", "n": 1}}),
    ("[ { score: 3 } ]", {"score": {"n": 3.0, "name": ""}}),
    ("[ { score: { n: 2, name: heat } } ]", {"score": {"n": 2.0, "name": "heat"}}),
    ("[ { mute: 10m } ]", {"mute": {"for": 600.0}}),
    ("[ { mute: event } ]", {"mute": {"for": None}}),
    ("[ { slow: 10s } ]", {"slow": {"every": 10.0, "last": 600.0}}),
    ("[ { slow: { every: 10s, for: 1m } } ]", {"slow": {"every": 10.0, "last": 60.0}}),
    ("lock", {"lock": {"what": "chat", "for": 120.0}}),
    ("[ { lock: { what: qa, for: 1m } } ]", {"lock": {"what": "qa", "for": 60.0}}),
    ("unlock", {"unlock": {"what": "chat"}}),
    ("raid_mode", {"raid_mode": {"for": 180.0}}),
    ("[ { raid_mode: { for: 3m } } ]", {"raid_mode": {"for": 180.0}}),
    ("[ { sweep: { last: 10m } } ]", {"sweep": {"last": 600.0}}),
    ("[ { open_poll: role } ]", {"open_poll": {"id": "role"}}),
    ("close_poll", {"close_poll": {"id": ""}}),
    ("[ { post: Welcome } ]", {"post": {"text": "Welcome", "priority": "normal"}}),
    ("[ { set_event: { chat: false } } ]", {"set_event": {"chat": False}}),
    ("[ { start_stream: main } ]", {"start_stream": {"stream": "main"}}),
    ("[ { stop_stream: main } ]", {"stop_stream": {"stream": "main"}}),
    ("[ { webhook: 'https://hooks.example.test/x' } ]", {"webhook": {"url": "https://hooks.example.test/x", "body": {}}}),
]


@pytest.mark.parametrize(("written", "full"), FORMS)
def test_full_forms(written: str, full: dict[str, Any]) -> None:
    assert effects(written) == (full,)


def test_every_action_is_tried_above() -> None:
    assert {name for _, full in FORMS for name in full} == set(ACTIONS)


@pytest.mark.parametrize("name", sorted(set(ACTIONS) - set(BARE)))
def test_an_action_that_needs_a_setting_says_so(name: str) -> None:
    assert any(f"the action '{name}' needs a setting" in told for told in problems(name))


@pytest.mark.parametrize("name", sorted(ACTIONS))
def test_every_action_refuses_nonsense(name: str) -> None:
    assert problems(f"[ {{ {name}: {{ nonsense: 1 }} }} ]")


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("hied", "did you mean 'hide'?"),
        ("[]", "says nothing"),
        ("[ 3 ]", "an action is meant here"),
        ("[ { hide: true, flag: true } ]", "2 actions in one item"),
        ("[ { mute: 10 } ]", "write 10s for seconds"),
        ("[ { mute: } ]", "how long?"),
        ("[ { hold: { then: hide } } ]", "`then` needs `for`"),
        ("[ { strike: 0 } ]", "has to be at least 1"),
        ('[ { reply: "hi {autor}" } ]', "did you mean 'author'?"),
        ('[ { reply: "hi {0}" } ]', "there is no placeholder {0}"),
        ("[ { set_event: {} } ]", "switches nothing"),
        ("[ { set_event: { status: onair } } ]", "is not known here"),
        ("[ { webhook: 'file:///etc/x' } ]", "does not fit here"),
        ("[ { lock: { for: 2d } } ]", "has to be at most"),
        ("[ hide, approve ]", "cannot both be done"),
        ("[ allow, flag ]", "nothing can stand beside it"),
    ],
)
def test_broken_input(written: str, says: str) -> None:
    assert any(says in told for told in problems(written)), problems(written)
