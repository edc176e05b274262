from __future__ import annotations

import pytest

from bot.domain.actions import SetPoll
from bot.domain.signals import WebhookCame

from .show import Show, read

AGENDA = """
speech: {{ min_gap: 0, max_share: null }}
polls: [ {{ id: p, question: "Q?", type: yes_no }} ]
commands: [ {{ id: agenda, trigger: "!agenda", reply: "{{author}}: 14:00 intro", {more} }} ]
"""


def agenda(more: str = "max_age: 20s") -> Show:
    show = Show(read(AGENDA.format(more=more)))
    show.live()
    return show


@pytest.mark.parametrize(
    ("match", "text", "answers"),
    [
        ("start", "!agenda", True),
        ("start", "!AGENDA please", True),
        ("start", "  !agenda", True),
        ("start", "!agendas", False),
        ("start", "the !agenda", False),
        ("exact", "!agenda", True),
        ("exact", "!agenda please", False),
        ("anywhere", "what is the !agenda today", True),
        ("anywhere", "what is the !agendas", False),
        ("anywhere", "", False),
    ],
)
def test_where_the_trigger_may_stand(match: str, text: str, *, answers: bool) -> None:
    show = agenda(f"match: {match}")
    show.chat(text)
    assert show.said() == (["Ann: 14:00 intro"] if answers else [])


def test_several_words_and_phrases() -> None:
    show = Show(read('commands: [{id: a, trigger: ["!a", "what time"], reply: yes}]\nspeech: {min_gap: 0, max_share: null}'))
    show.chat("What time is it")
    show.run(1)
    show.chat("!a")
    show.run(1)
    assert len(show.said()) == 2


def test_cooldowns_for_all_and_for_each() -> None:
    show = agenda("cooldown: { global: 10s, user: 60s }")
    show.chat("!agenda", by="ann")
    show.chat("!agenda", by="bo")
    show.run(11)
    show.chat("!agenda", by="ann")
    assert len(show.said()) == 1
    show.chat("!agenda", by="bo")
    show.run(50)
    show.chat("!agenda", by="ann")
    assert show.said() == ["Ann: 14:00 intro", "Bo: 14:00 intro", "Ann: 14:00 intro"]


def test_who_is_refused_costs_no_cooldown() -> None:
    show = agenda("allow: [regular], cooldown: { global: 1h }, max_per_event: 1")
    for _ in range(5):
        show.chat("!agenda", by="new")
    show.chat("!agenda", by="old", trust="regular")
    assert show.said() == ["Old: 14:00 intro"]


@pytest.mark.parametrize(
    ("more", "trust", "answers"),
    [
        ("allow: [everyone]", "new", True),
        ("allow: [regular]", "new", False),
        ("allow: [regular]", "trusted", True),
        ("allow: [trusted]", "regular", False),
        ("allow: [team]", "trusted", False),
        ("allow: [team]", "team", True),
        ("allow: ['ann@example.test']", "new", True),
        ("allow: ['*@example.test']", "new", True),
        ("allow: ['*@other.test', 'bo@example.test']", "new", False),
        ("deny: ['ann@example.test']", "team", False),
        ("allow: [signed_up]", "new", False),
    ],
)
def test_who_may(more: str, trust: str, *, answers: bool) -> None:
    show = agenda(more)
    show.chat("!agenda", trust=trust)  # type: ignore[arg-type]  # the words are written out above
    assert bool(show.said()) is answers


def test_who_signed_up_may() -> None:
    show = agenda("allow: [signed_up]")
    show.signal(WebhookCame("signup.created", "ev1", {"signup_data": {"name": "Ann", "email": " ANN@example.test"}}, "d1"))
    show.signal(WebhookCame("signup.created", "ev1", {"signup_data": None}, "d2"))
    show.chat("!agenda", by="ann")
    show.chat("!agenda", by="bo")
    assert show.said() == ["Ann: 14:00 intro"]


def test_old_hidden_and_own_lines_are_not_answered() -> None:
    show = agenda("max_age: 20s")
    show.chat("!agenda", posted=show.now - 21)
    show.chat("!agenda", outcome="hide")
    show.chat("!agenda", own=True)
    assert show.said() == []
    show.chat("!agenda", posted=show.now - 19)
    assert len(show.said()) == 1


def test_limits() -> None:
    show = agenda("limit: 2 in 1m, max_per_event: 3")
    for _ in range(10):
        show.chat("!agenda")
        show.run(20)
    assert len(show.said()) == 3


def test_an_answer_that_cannot_be_given_in_time_is_not_given() -> None:
    show = Show(read('speech: {min_gap: 60s, max_share: null}\ncommands: [{id: a, trigger: "!a", reply: hi, max_age: 20s}]'))
    show.live()
    show.chat("!a", by="ann")
    show.run(5)
    show.chat("!a", by="bo")
    show.run(120)
    assert show.said() == ["hi"]
    assert "min_gap" in next(iter(show.all_of("dropped").values()))["why"]


def test_commands_do_things_and_start_things() -> None:
    text = AGENDA.format(more="allow: [team], do: [ { open_poll: p } ]")
    show = Show(read(text + "cues: [{id: c, when: {command: agenda}, do: [{alert: x}]}]"))
    show.live()
    show.chat("!agenda", trust="new")
    assert show.sent == []
    show.chat("!agenda", trust="team")
    show.run(2)
    assert SetPoll("poll3", True) in [entry.action for _at, entry in show.sent]
    assert "cue:c:1:0" in show.entry_keys()


def test_what_people_type_is_never_a_template() -> None:
    show = agenda()
    show.chat("!agenda", by="{event} {0.__class__} %s @everyone https://x.test")
    assert show.said() == ["{Event} [.: 14:00 intro"]
