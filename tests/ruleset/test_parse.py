"""Whole rule files: what they become, how several merge, and all problems at once."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.ruleset.parse import parse
from tests.ruleset.asking import PRESETS, if_text, parse_one, rules_of

FULL = """
people:
  team: ["*@ourcompany.example", "anna@agency.example"]
  trusted: ["speaker@customer.example"]
lists:
  our_domains: [example.com, beestreamed.com]
  swearing: { file: lists/swearing.txt }
rules:
  - id: swearing
    note: mild words
    reason: profanity
    severity: 4
    priority: 5
    stop: true
    if:
      any: [ { preset: profanity }, { word: { list: swearing } } ]
      none: [ { author: { trust: team } } ]
    do: [ hide, { strike: { n: 1, for: 1h } } ]
    except: { trust: trusted, emails: ["*@press.example"], names: [Moderator] }
    only: { trust: [new, regular] }
    sample: 20%
    once: author
    cooldown: 30s
    delay: 5s
    limit: { acts: "10 in 1m", then: suggest }
    on_error: hold
    mode: suggest
    begins: 2026-05-04T14:00Z
    expires: 2026-05-04T16:00+00:00
    events: [ev1, ev2]
    tests:
      hide: ["heck off"]
      keep: fine
      sequence:
        - { at: 0s, by: a, say: "heck", expect: hide }
        - { at: 1m, by: b, say: "ok", surface: qa }
  - { id: later, if: { word: heck }, do: flag, enabled: false, limit: off, begins: live+10m }
escalate:
  strikes: { 5: [ { mute: 10m } ], 3: [ { warn: true } ], 8: [ { mute: event } ] }
polls:
  - { id: role, question: "What are you?", options: [Dev, Ops] }
"""


def test_everything_of_a_rule_arrives() -> None:
    ruleset = rules_of(FULL, {"lists/swearing.txt": "heck off\n"})
    rule, later = ruleset.rules
    assert (rule.id, rule.note, rule.reason, rule.severity, rule.priority, rule.stop) == (
        "swearing",
        "mild words",
        "profanity",
        4,
        5,
        True,
    )
    assert rule.do == ({"hide": True}, {"strike": {"n": 1, "for": 3600.0}})
    assert rule.excepted == {"trust": ("trusted",), "emails": ("*@press.example",), "names": ("Moderator",)}
    assert rule.only == {"trust": ("new", "regular")}
    assert (rule.sample, rule.once, rule.cooldown, rule.delay) == (0.2, "author", 30.0, 5.0)
    assert (rule.limit, rule.breaker, rule.on_error, rule.mode) == ((10, 60.0), True, "hold", "suggest")
    assert (rule.begins, rule.expires, rule.events) == (1777903200.0, 1777910400.0, ("ev1", "ev2"))
    assert rule.tests.expected == {"hide": ("heck off",), "keep": ("fine",)}
    assert [(step.at, step.by, step.expect, step.surface) for step in rule.tests.sequence] == [
        (0, "a", "hide", "chat"),
        (60, "b", "none", "qa"),
    ]
    assert (rule.file, rule.line) == ("a.yaml", 9)
    assert (later.enabled, later.limit, later.breaker, later.begins) == (False, None, False, None)
    assert ruleset.people.team == ("*@ourcompany.example", "anna@agency.example")
    assert list(ruleset.escalate.items()) == [
        (3, ({"warn": {"text": ""}},)),
        (5, ({"mute": {"for": 600.0}},)),
        (8, ({"mute": {"for": None}},)),
    ]
    assert ruleset.engagement is not None
    assert ruleset.engagement.find("poll:role") is not None


def test_files_merge_in_the_order_of_their_names() -> None:
    first = "lists: { ours: [one] }\npeople: { team: [a@x.test] }\nrules:\n  - { id: b, if: { word: { list: ours } }, do: hide }\n"
    second = "lists: { ours: [two] }\npeople: { team: [b@x.test] }\nrules:\n  - { id: a, if: { word: { list: ours } }, do: hide }\n"
    ruleset = parse({"20.yaml": second, "10.yaml": first}, {}, PRESETS).ruleset
    assert ruleset is not None
    assert [rule.id for rule in ruleset.rules] == ["b", "a"]
    assert [len(rule.terms) for rule in ruleset.rules] == [2, 2]
    assert ruleset.people.team == ("a@x.test", "b@x.test")
    assert ruleset.files == ("10.yaml", "20.yaml")


def test_an_id_is_used_once_over_all_files() -> None:
    rule = "rules:\n  - { id: a, if: { word: x }, do: hide }\n"
    problem = parse({"1.yaml": rule, "2.yaml": rule}, {}, PRESETS).problems[0]
    assert (problem.file, problem.line, problem.text) == ("2.yaml", 2, "there are two rules called 'a'")
    assert problem.hint == "the first is in 1.yaml on line 2; give each its own id"


def test_the_hash_names_all_texts() -> None:
    one = parse({"a.yaml": "rules: []"}, {"lists/x.txt": "a"}, PRESETS).ruleset
    texts = [("rules: []\n", "a"), ("rules: []", "b")]
    others = [parse({"a.yaml": rules}, {"lists/x.txt": words}, PRESETS).ruleset for rules, words in texts]
    again = parse({"a.yaml": "rules: []"}, {"lists/x.txt": "a"}, PRESETS).ruleset
    assert one is not None
    assert again is not None
    assert one.hash == again.hash
    assert one.hash not in {other.hash for other in others if other is not None}


BROKEN = """people: {team: [anna]}
lists:
  x: {file: lists/swering.txt}
  y: hello
ruless: []
rules:
  - id: Bad Id
    if: { wrod: x }
    do: hide
  - id: two
    if: { word: {list: swearng}, preset: profanty, regex: "(a", caps: 7 }
    do: [hied, {mute: 10}]
    severity: 9
    mode: acting
  - if: {}
    do: hide
  - id: deep
    if: {word: x}
    do: [approve, {reply: "hi {autor}"}]
    tests: {hid: x}
    begins: soon
escalate: { strikes: { many: [hide] } }
polls:
  - id: x
    question: Which?
    optons: [a, b]
"""


def test_all_problems_come_at_once_at_their_places() -> None:
    problems = parse_one(BROKEN, {"lists/swearing.txt": "x"}).problems
    found = {(problem.line, problem.column): f"{problem.text} | {problem.hint}" for problem in problems}
    expected = {
        (1, 17): "'anna' is no e-mail address",
        (3, 13): "did you mean 'lists/swearing.txt'?",
        (4, 6): "a list is meant here",
        (5, 1): "unknown key 'ruless' | did you mean 'rules'?",
        (7, 9): "such as bad-id",
        (8, 11): "unknown key 'wrod' | did you mean 'word'?",
        (11, 24): "there is no list 'swearng'",
        (11, 42): "there is no preset 'profanty' | did you mean 'profanity'?",
        (11, 59): "cannot be compiled",
        (11, 71): "write 7%",
        (12, 10): "there is no action 'hied' | did you mean 'hide'?",
        (12, 23): "10 has no unit",
        (13, 15): "'9' has to be at most 5",
        (14, 11): "'acting' is not known here | did you mean 'act'?",
        (15, 5): "'id' is missing here",
        (19, 27): "there is no placeholder {autor}",
        (20, 13): "unknown key 'hid' | did you mean 'hide'?",
        (21, 13): "'soon' is no moment",
        (22, 24): "a whole number is meant here",
        (26, 5): "unknown key 'optons' | did you mean 'options'?",
    }
    for place, told in expected.items():
        assert told in found.get(place, "nothing"), (place, found)


def test_a_problem_is_shown_like_a_compiler_does() -> None:
    problem = parse_one("rules:\n  - id: a\n    if: { wrod: x }\n    do: hide\n").problems[0]
    assert problem.render() == (
        "a.yaml:3:11: error: unknown key 'wrod'\n        if: { wrod: x }\n              ^^^^\n    did you mean 'word'?"
    )
    assert problem.rule == "a"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- a\n- b", "a rule file is a mapping"),
        ("rules: {}", "a list is meant here"),
        ("rules:\n  - { id: a, do: hide }", "'if' is missing"),
        ("rules:\n  - { id: a, if: { word: x } }", "'do' is missing"),
        (if_text("{}"), "an empty condition would hold for every message"),
        (if_text("{ fold: off }"), "an empty condition would hold for every message"),
        (if_text("{ any: [] }"), "says nothing"),
        (if_text("{ surface: chat }").replace("hide", "approve"), "approve is for questions"),
        ("rules:\n  - { id: a, if: { word: x }, do: hide, only: { emails: [bob] } }", "is no e-mail address"),
        ("rules:\n  - { id: a, if: { word: x }, do: hide, limit: { acts: 5 } }", "a rate is meant here"),
        ("rules:\n  - { id: a, if: { word: x }, do: hide, limit: on }", "did you mean 'off'?"),
        ("rules:\n  - { id: a, if: { word: x }, do: hide, sample: 0 }", "has to be more than"),
        ("rules:\n  - { id: a, if: { word: x }, do: hide, reason: swearing }", "is not known here"),
        ("rules:\n  - { id: a, if: { word: x }, do: hide, tests: { sequence: [ { by: a } ] } }", "'at' is missing"),
        ("lists: { x: { file: /etc/passwd } }", "does not fit here"),
    ],
)
def test_broken_files(text: str, says: str) -> None:
    parsed = parse_one(text)
    assert parsed.ruleset is None
    assert any(says in f"{problem.text} | {problem.hint}" for problem in parsed.problems), parsed.problems


def test_conditions_nest_to_depth_eight() -> None:
    def nested(depth: int) -> str:
        return "{ word: x }" if depth == 1 else f"{{ any: [ {nested(depth - 1)} ] }}"

    assert parse_one(if_text(nested(8))).ruleset is not None
    assert any("deeper" in problem.text for problem in parse_one(if_text(nested(9))).errors)


def test_approve_without_a_surface_is_only_warned_about() -> None:
    parsed = parse_one(if_text("{ length: 15 }").replace("hide", "approve"))
    assert parsed.ruleset is not None
    assert [problem.level for problem in parsed.problems] == ["warning"]


def test_an_allow_rule_is_known_as_one() -> None:
    assert rules_of(if_text("{ word: x }").replace("hide", "allow")).rules[0].allow


def test_several_hundred_problems_are_cut() -> None:
    text = "rules:\n" + "".join(f"  - {{ id: r{n}, iff: x, do: hide }}\n" for n in range(300))
    problems = parse_one(text).problems
    assert len(problems) == 201
    assert problems[-1].text == "and 400 more problems"


def test_every_truncation_is_understood_or_refused() -> None:
    """E2: none raises; those that still make a whole rule set are rulefiles' business (stability, shrink guard)."""
    whole = FULL[: FULL.index("polls:")]
    outcomes = [parse_one(whole[:end], {"lists/swearing.txt": "heck\n"}) for end in range(0, len(whole), 7)]
    assert all(parsed.ruleset is not None or parsed.errors for parsed in outcomes)


_words = st.sampled_from(
    ["rules", "if", "do", "word", "any", "none", "[", "]", "{", "}", ":", "-", "\n", "  ", "hide", "x", ",", '"', "id", "lists"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_words, max_size=40))
def test_no_text_raises(words: list[str]) -> None:
    parsed = parse_one(" ".join(words).replace(" \n ", "\n"))
    assert parsed.ruleset is not None or parsed.errors
