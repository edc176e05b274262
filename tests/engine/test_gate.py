"""A rule goes live only if it passes its own tests; otherwise its old version stays, exactly as it was."""

from __future__ import annotations

from typing import Any

from bot.engine.gate import gate
from bot.ruleset.model import Ruleset, RuleTests, Sequence
from bot.ruleset.parse import parse
from bot.ruleset.terms import Term
from tests.engine.making import HIDE, Always, Raises, Rules, World, hold, replace, strike


def expecting(**expected: tuple[str, ...]) -> RuleTests:
    return RuleTests(expected)


def told(ruleset: Ruleset, **more: Any) -> list[str]:
    return [problem.text for problem in gate(ruleset, **more).failures]


def test_rules_that_pass_go_live_unchanged() -> None:
    rules = (
        Rules()
        .word("swearing", "heck", do=[HIDE, strike()], tests=expecting(hide=("oh HECK",), keep=("check",)))
        .word("links", "link", do=[hold(60, "hide")], tests=expecting(hold=("a link",)))
        .word("fine", "fine", do=[{"approve": True}], tests=expecting(approve=("fine",), keep=("bad",)))
        .word("seen", "hi", do=[{"flag": True}], tests=expecting(flag=("hi",), keep=("bye",)))
        .word("dish", "heck", do=[{"allow": True}], allow=True, tests=expecting(keep=("heck",)))
        .word("old", "old", do=[{"archive": True}], tests=expecting(archive=("old",)))
        .done()
    )
    done = gate(rules)
    assert done.failures == ()
    assert done.ruleset is rules


def test_failures_say_which_text_did_what_instead() -> None:
    rules = (
        Rules()
        .word("swearing", "heck", tests=expecting(hide=("darn",), keep=("oh heck",)))
        .rule("near", Always(near="caps 68 % of 70 %"), [HIDE], tests=expecting(hide=("HELLo",)))
        .rule("broken", Raises(), [HIDE], tests=expecting(keep=("x",)))
        .word("fine", "fine", do=[{"approve": True}], tests=expecting(keep=("fine",)))
        .done()
    )
    done = gate(rules)
    assert [problem.text for problem in done.failures] == [
        "rule 'swearing': “darn” should hide, but the rule does nothing",
        "rule 'swearing': “oh heck” should keep, but the rule does hide because of “heck”",
        "rule 'near': “HELLo” should hide, but the rule does nothing",
        "rule 'broken': “x” should keep, but the rule raised an error: ZeroDivisionError: a bug",
        "rule 'fine': “fine” should keep, but the rule does approve because of “fine”",
    ]
    assert done.failures[2].hint == "near: caps 68 % of 70 %"
    assert (done.left_out, done.kept_old, done.ruleset.rules) == (("swearing", "near", "broken", "fine"), (), ())


def test_tests_look_at_the_rule_whatever_its_mode_and_time() -> None:
    rules = (
        Rules()
        .word("quiet", "heck", mode="shadow", begins=9e12, sample=0.0, events=("x",), tests=expecting(hide=("heck", "heck")))
        .word("off", "heck", enabled=False, tests=expecting(hide=("darn",)))
        .done()
    )
    assert told(rules) == ["rule 'off': “darn” should hide, but the rule does nothing"]


def test_a_rule_that_is_over_can_still_be_tested() -> None:
    parsed = parse(
        {
            "chat.yaml": """
rules:
  - { id: early, if: { word: heck }, do: [ hide ], expires: live+1m, tests: { hide: ["heck"], keep: ["hello"] } }
  - { id: late, if: { word: heck, between: "end-5m..end" }, do: [ hide ], tests: { hide: ["heck"], keep: ["hello"] } }
"""
        },
        {},
        {},
    )
    assert parsed.ruleset is not None
    assert told(parsed.ruleset) == []


def sequence(*lines: tuple[float, str, str, str]) -> RuleTests:
    return RuleTests({}, tuple(Sequence(*line) for line in lines))


def test_sequences_run_on_a_virtual_clock() -> None:
    lines = ((0.0, "a", "hi", "flag"), (5.0, "a", "hi", "none"), (10.0, "a", "hi", "flag"), (11.0, "b", "hi", "flag"))
    rules = Rules().word("cool", "hi", do=[{"flag": True}], cooldown=10.0, tests=sequence(*lines)).done()
    assert told(rules) == ["rule 'cool': line 4 of the sequence (at 11s b says “hi”) should flag, but the rule does nothing"]


def test_a_failing_rule_keeps_its_old_version_and_the_others_go_live() -> None:
    old = Rules().word("first", "one").word("swearing", "heck", "darn").done("old")
    new = (
        Rules()
        .word("swearing", "hex", tests=expecting(hide=("heck",)))
        .word("first", "two")
        .word("third", "three", tests=expecting(hide=("four",)))
        .done("new")
    )
    done = gate(new, old)
    assert (done.kept_old, done.left_out) == (("swearing",), ("third",))
    assert [rule.id for rule in done.ruleset.rules] == ["swearing", "first"]
    assert done.ruleset.hash not in ("old", "new")
    world = World(done.ruleset)
    assert [(world.say(text).rules) for text in ("darn", "hex", "one", "two")] == [("swearing",), (), (), ("first",)]
    assert world.say("oh darn").matches[0].span == (3, 7)
    assert "id(" not in done.ruleset.hash


def test_a_rule_may_be_kept_through_several_saves() -> None:
    bad = expecting(hide=("nothing",))
    first = Rules().word("swearing", "heck").done("1")
    second = gate(Rules().word("other", "a").word("swearing", "hex", tests=bad).done("2"), first).ruleset
    third = gate(Rules().word("x", "x", "y").word("other", "b").word("swearing", "hex", tests=bad).done("3"), second).ruleset
    world = World(third)
    assert (world.say("heck").rules, world.say("a").rules, world.say("b").rules) == (("swearing",), (), ("other",))


def test_the_same_sets_give_the_same_hash() -> None:
    old = Rules().word("swearing", "heck").done("old")
    new = Rules().word("swearing", "hex", tests=expecting(hide=("heck",))).done("new")
    assert gate(new, old).ruleset.hash == gate(new, old).ruleset.hash
    assert gate(new, old).ruleset.hash != gate(replace(new, hash="newer"), old).ruleset.hash


def test_a_problem_points_to_the_test_in_its_file() -> None:
    text = 'rules:\n  - id: swearing\n    if: { word: heck }\n    do: [ hide ]\n    tests:\n      hide: ["oh darn"]\n'
    rules = Rules().word("swearing", "heck", tests=expecting(hide=("oh darn",)), file="chat.yaml", line=2).done()
    (problem,) = gate(rules, sources={"chat.yaml": text}).failures
    assert (problem.file, problem.line, problem.column, problem.width, problem.rule) == ("chat.yaml", 6, 15, 7, "swearing")
    assert problem.render().splitlines()[1:3] == ['          hide: ["oh darn"]', "                  ^^^^^^^"]
    (elsewhere,) = gate(rules).failures
    assert (elsewhere.line, elsewhere.column) == (2, 1)


def test_not_more_failures_than_anybody_reads() -> None:
    rules = Rules().word("swearing", "heck", tests=expecting(hide=tuple(f"darn {n}" for n in range(50)))).done()
    texts = told(rules)
    assert len(texts) == 21
    assert "and 30 more of its tests fail" in texts[-1]


def test_terms_of_a_kept_rule_are_those_of_its_own_matcher() -> None:
    old = Rules().word("swearing", "heck").done("old")
    new = Rules().word("swearing", "hex", tests=expecting(hide=("heck",))).done("new")
    (rule,) = gate(new, old).ruleset.rules
    assert rule.matcher is old.matcher
    assert old.matcher.terms == (Term("word", "heck"),)
