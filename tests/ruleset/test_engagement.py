from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from bot.ruleset.engagement import Engagement, EngagementSections, Finding, build
from bot.ruleset.engagement.placeholders import fill, unknown

RUNNING_ORDER = """
speech: { min_gap: 45s, max_share: 10%, quiet_above: 60/min }
polls:
  - id: role
    question: "What describes you best?"
    options: [Developer, Product, Design, Other]
    when: { at: live+5m }
    close: { after: 90s, warn: 10s, grace: 5s }
    results: after_close
    post_results: summary
    min_votes: 10
quizzes:
  - { id: recap, when: manual, scoring: accuracy, reveal: manual, leaderboard: { top: 5, names: short },
      questions: [ { id: q1, question: "Which port?", options: ["80", "443", "8080"], correct: 1, explain: "TLS." } ] }
announcements:
  - { id: ask-in-qa, every: 12m, min_chat_lines: 8, only_when: [live], show_until: end-10m,
      messages: ["Questions? Use the Q&A tab.", "We answer the most asked ones live."] }
commands:
  - { id: agenda, trigger: "!agenda", reply: "14:00 intro, 14:20 demo", cooldown: { global: 30s, user: 60s }, max_age: 20s }
  - { id: pollnow, trigger: "!poll", allow: [team], do: [ { open_poll: role } ] }
captures:
  - { id: one-word, prompt: "One word for today?", for: 60s, max_words: 3, top: 10 }
qa: { policy: hold, duplicates: { suggest_at: 0.80 }, remind: { unanswered: 10m }, on_answered: archive, promote_from_chat: true }
cues:
  - { id: doors, when: { at: start-10m }, do: [ { set_event: { chat: true, qa: true } }, { post: "Welcome!" } ] }
  - { id: on-air, when: { at: start }, do: [ { start_stream: main } ] }
  - { id: dropout, when: { stream: offline }, do: [ { alert: "Stream lost" }, { post: "We'll be right back." } ] }
  - { id: wrap, when: { status: done }, do: [ { stop_stream: main }, { report: true } ] }
reports: { on: done, formats: [html, csv, json], names: named }
"""


def sections(text: str) -> EngagementSections:
    return EngagementSections.model_validate(YAML(typ="safe").load(text))


def built(*texts: str) -> tuple[Engagement, list[Finding]]:
    return build([sections(text) for text in texts])


def refused(text: str) -> tuple[tuple[Any, ...], str, str]:
    """Place, text and hint of the first error."""
    with pytest.raises(ValidationError) as caught:
        sections(text)
    first = caught.value.errors()[0]
    return first["loc"], first["msg"], str(first.get("ctx", {}).get("hint", ""))


def test_the_example_of_the_rule_language_is_understood_whole() -> None:
    engagement, findings = built(RUNNING_ORDER)
    assert findings == []
    role = engagement.poll("role")
    assert role is not None
    assert (role.close.after, role.close.warn, role.close.grace, role.misfire_grace) == (90.0, 10.0, 5.0, 120.0)
    assert [item.key for item in engagement.started] == [
        "cue:doors",
        "cue:on-air",
        "cue:dropout",
        "cue:wrap",
        "poll:role",
        "quiz:recap",
        "capture:one-word",
        "announcement:ask-in-qa",
    ]
    assert engagement.announcements[0].triggers[0].every == 720.0
    assert engagement.quizzes[0].questions[0].right == (1,)
    assert engagement.speech.quiet_above is not None


def test_nothing_said_is_an_engagement_with_a_cautious_speech_budget() -> None:
    engagement, findings = build([])
    assert findings == []
    assert (engagement.speech.min_gap, engagement.speech.max_share, engagement.speech.quiet_above) == (45.0, 0.1, None)
    assert engagement.started == ()


def test_several_files_become_one() -> None:
    engagement, findings = built("cues: [{id: a, do: [{post: hi}]}]", "cues: [{id: b, do: [{post: ho}]}]\nspeech: {min_gap: 5s}")
    assert findings == []
    assert [cue.id for cue in engagement.cues] == ["a", "b"]
    assert engagement.speech.min_gap == 5.0


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("polls: [{id: a, question: q, options: [one]}]", ("polls", 0), "1 option"),
        ("polls: [{id: a, question: q, options: [one, ' ONE ']}]", ("polls", 0), "twice"),
        ("polls: [{id: a, question: q, options: [a, b], close: {after: 10s, warn: 10s}}]", ("polls", 0, "close"), "warning"),
        ("polls: [{id: a, type: yes_no, question: q, options: [a, b, c]}]", ("polls", 0), "two options"),
        ("polls: [{id: A b, question: q, options: [a, b]}]", ("polls", 0, "id"), "pattern"),
        ("polls: [{id: a, question: q, options: [a, b], colour: red}]", ("polls", 0, "colour"), "Extra"),
        ("polls: [{id: a, question: q, options: [a, b], misfire_grace: 0}]", ("polls", 0, "misfire_grace"), "greater"),
        ("cues: [{id: a, when: {at: live, status: live}, do: [{post: x}]}]", ("cues", 0, "when", "one"), "at and status"),
        ("cues: [{id: a, when: [{at: live}, {}], do: [{post: x}]}]", ("cues", 0, "when", "many", 1), "empty trigger"),
        ("cues: [{id: a, when: {at: later}, do: [{post: x}]}]", ("cues", 0, "when", "one", "at"), "no moment"),
        ("cues: [{id: a, when: {every: 5s}, do: [{post: x}]}]", ("cues", 0, "when", "one", "every"), "greater"),
        ("cues: [{id: a, when: {every: 60s}, jitter: 60s, do: [{post: x}]}]", ("cues", 0), "jitter"),
        ("cues: [{id: a, when: {cron: '* * * * * *'}, do: [{post: x}]}]", ("cues", 0, "when", "one", "cron"), "no cron line"),
        ("cues: [{id: a, when: {cron: '0 0 30 2 *'}, do: [{post: x}]}]", ("cues", 0, "when", "one", "cron"), "cron line"),
        ("cues: [{id: a, when: {cron: '61 * * * *'}, do: [{post: x}]}]", ("cues", 0, "when", "one", "cron"), "Bad minute"),
        ("cues: [{id: a, when: {viewers: drop 0% in 5m}, do: [{post: x}]}]", ("cues", 0, "when", "one", "viewers"), "always hold"),
        ("cues: [{id: a, when: {chat_rate: 2/min}, do: [{post: x}]}]", ("cues", 0, "when", "one", "chat_rate"), "no chat rate"),
        ("cues: [{id: a, when: {chat_rate: '> 2/min for 2h'}, do: [{post: x}]}]", ("cues", 0, "when", "one", "chat_rate"), "7200"),
        ("cues: [{id: a, when: {people: 'five say hi'}, do: [{post: x}]}]", ("cues", 0, "when", "one", "people"), "not understood"),
        (
            "cues: [{id: a, when: {people: '0 people say hi in 9s'}, do: [{post: x}]}]",
            ("cues", 0, "when", "one", "people"),
            "never hold",
        ),
        ("cues: [{id: a, when: {after: 'poll:x eaten'}, do: [{post: x}]}]", ("cues", 0, "when", "one", "after"), "never 'eaten'"),
        ("cues: [{id: a, when: {after: 'cake:x'}, do: [{post: x}]}]", ("cues", 0, "when", "one", "after"), "awaited"),
        ("cues: [{id: a, only_if: {}, do: [{post: x}]}]", ("cues", 0, "only_if"), "empty condition"),
        ("cues: [{id: a, do: [{post: x, alert: y}]}]", ("cues", 0, "do", 0), "one step"),
        ("cues: [{id: a, do: [{set_event: {}}]}]", ("cues", 0, "do", 0, "set_event"), "switches nothing"),
        ("cues: [{id: a, do: [{webhook: 'ftp://x'}]}]", ("cues", 0, "do", 0, "webhook", "plain"), "pattern"),
        ("announcements: [{id: a, every: 5m, when: {at: live}, messages: [x]}]", ("announcements", 0), "every and when"),
        ("announcements: [{id: a, every: 5m, messages: []}]", ("announcements", 0, "messages"), "at least 1"),
        ("commands: [{id: a, trigger: '!a'}]", ("commands", 0), "does nothing"),
        ("commands: [{id: a, trigger: '  ', reply: x}]", ("commands", 0), "empty trigger"),
        ("commands: [{id: a, trigger: '!a', reply: x, allow: [everybody]}]", ("commands", 0), "nobody"),
        (
            "quizzes: [{id: a, questions: [{id: q, question: q, options: [a, b], correct: 2}]}]",
            ("quizzes", 0, "questions", 0),
            "no option",
        ),
        (
            "quizzes: [{id: a, questions: [{id: q, question: q, options: [a, b], correct: c}]}]",
            ("quizzes", 0, "questions", 0),
            "none of",
        ),
        ("speech: {max_share: 0%}", ("speech", "max_share"), "greater"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_its_place(text: str, place: tuple[Any, ...], words: str) -> None:
    loc, message, _hint = refused(text)
    assert loc == place
    assert words in message


def test_a_refusal_says_what_to_write() -> None:
    _place, _text, hint = refused("cues: [{id: a, when: {people: audio}, do: [{post: x}]}]")
    assert '5 people say "audio" in 60s' in hint


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("cues: [{id: a, do: [{open_poll: nope}]}]", (0, "cues", 0, "do", 0, "open_poll"), "no poll called 'nope'"),
        ("cues: [{id: a, do: [{start_quiz: nope}]}]", (0, "cues", 0, "do", 0, "start_quiz"), "no quiz"),
        ("cues: [{id: a, when: {after: 'poll:nope closed'}, do: [{post: x}]}]", (0, "cues", 0, "when", "after"), "no poll"),
        (
            "cues: [{id: a, when: [{at: live}, {command: nope}], do: [{post: x}]}]",
            (0, "cues", 0, "when", 1, "command"),
            "no command",
        ),
        (
            "cues: [{id: a, only_if: {any: [{after: 'cue:b done'}]}, do: [{post: x}]}]",
            (0, "cues", 0, "only_if", "any", 0, "after"),
            "no cue",
        ),
        ("cues: [{id: a, do: [{post: 'hi {name}'}]}]", (0, "cues", 0, "do", 0, "post"), "'{name}' is no placeholder"),
        ("announcements: [{id: a, every: 5m, messages: ['ok {time}', '{who}']}]", (0, "announcements", 0, "messages", 1), "{who}"),
        ("cues: [{id: a, do: [{post: x}]}, {id: a, do: [{post: y}]}]", (0, "cues", 1, "id"), "two cues called 'a'"),
    ],
)
def test_what_only_shows_when_all_is_seen_together_is_found(text: str, place: tuple[Any, ...], words: str) -> None:
    _engagement, findings = built(text)
    assert [found[0] for found in findings] == [place]
    assert words in findings[0][1]
    assert findings[0][2]


def test_all_problems_come_at_once_and_name_their_file() -> None:
    one = "speech: {min_gap: 1s}\ncues: [{id: a, do: [{open_poll: x}]}]"
    _engagement, findings = built(one, one)
    assert {found[0] for found in findings} == {
        (1, "speech"),
        (0, "cues", 0, "do", 0, "open_poll"),
        (1, "cues", 0, "do", 0, "open_poll"),
        (1, "cues", 0, "id"),
    }


@pytest.mark.parametrize(
    ("first", "second", "warned"),
    [
        ("when: {at: live+5m}", "when: {at: live+10m}", True),
        ("when: {at: live+5m}", "when: {at: live+16m}", False),
        ("when: {at: live+5m}", "when: {at: start+60m}", True),
        ("when: {at: live+5m}", "when: manual", True),
    ],
)
def test_two_polls_that_could_be_taken_for_each_other_are_told(first: str, second: str, *, warned: bool) -> None:
    text = f"""
polls:
  - {{id: a, question: "How is it?", options: [good, bad], {first}}}
  - {{id: b, question: " how  is it? ", options: [Good, BAD], {second}}}
"""
    _engagement, findings = built(text)
    assert bool(findings) is warned
    assert all("asks the same as poll 'a'" in found[1] for found in findings)


def test_polls_start_once_unless_they_recur() -> None:
    def once(when: str) -> bool:
        return built(f"polls: [{{id: a, question: q, options: [a, b], {when}}}]")[0].polls[0].only_once

    assert once("when: {at: live+5m}")
    assert once("when: manual")
    assert not once("when: {every: 30m}")
    assert not once("when: [{at: live}, {cron: '0 * * * *'}]")
    assert not once("when: {at: live}, once: false")
    assert not built("cues: [{id: a, when: {status: live}, do: [{post: x}]}]")[0].cues[0].only_once


def test_yes_no_and_rating_bring_their_options() -> None:
    engagement, _ = built("polls: [{id: a, type: yes_no, question: q}, {id: b, type: rating, question: r}]")
    assert engagement.polls[0].options == ("Yes", "No")
    assert engagement.polls[1].options == ("1", "2", "3", "4", "5")


def test_numbers_may_stand_as_options() -> None:
    engagement, _ = built("quizzes: [{id: a, questions: [{id: q, question: Port?, options: [80, 443], correct: '443'}]}]")
    assert engagement.quizzes[0].questions[0].options == ("80", "443")
    assert engagement.quizzes[0].questions[0].right == (1,)


def test_the_schema_names_every_section() -> None:
    schema = EngagementSections.model_json_schema()
    assert set(schema["properties"]) == {
        "length",
        "speech",
        "polls",
        "quizzes",
        "announcements",
        "commands",
        "captures",
        "qa",
        "cues",
        "reports",
    }


def test_placeholders_are_put_in_once_and_never_as_a_format() -> None:
    values = {"winner": "{votes} {0.__class__} %s", "votes": "7"}
    assert fill("{winner}: {votes} {other} {0}", values) == "{votes} {0.__class__} %s: 7 {other} {0}"
    assert unknown("{winner} {x} {0}", frozenset({"winner"})) == ("x",)
