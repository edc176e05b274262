"""The order of evaluation, and what holds for every message."""

from __future__ import annotations

from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.actions import SetMessageStatus
from bot.domain.history import History
from bot.domain.signals import Author, Message, MessageRead
from bot.engine.situation import Situation
from bot.engine.step import step
from tests.engine.making import HIDE, LIVE, START, TEAM, Always, Raises, Rules, World, hold, strike

SWEARING = Rules(people=TEAM).word("swearing", "heck", do=[HIDE, strike()], reason="profanity", severity=4).done()


def test_a_rule_hides_and_says_why() -> None:
    world = World(SWEARING)
    decision = world.say("oh heck no")
    assert (decision.outcome, decision.actions, decision.rules) == ("hide", ("hide", "strike"), ("swearing",))
    assert [(match.text, match.span) for match in decision.matches] == [("heck", (3, 7))]
    assert (decision.reason, decision.severity, decision.ruleset, decision.who) == ("profanity", 4, "set1", "rules")
    (entry,) = world.last.entries
    assert entry.action == SetMessageStatus("m1", "chat", "hidden", "public")
    assert entry.key == f"hide:ev1:{decision.id}"
    assert (entry.priority, entry.severity, entry.cause, entry.what) == (1, 4, "rule:swearing", "moderation")


def test_what_no_rule_minds_is_left_alone() -> None:
    world = World(SWEARING)
    decision = world.say("good morning")
    assert (decision.outcome, decision.actions, decision.verdicts, decision.facts) == ("none", (), (), {})
    assert world.last.entries == ()


def test_own_and_team_messages_are_out() -> None:
    world = World(SWEARING)
    assert world.say("heck", own=True).note == "the bot's own message"
    assert world.say("heck", author=Author("Usher", "USHER@example.test")).note == "the bot's own message"
    assert world.say("heck", author=Author("Anna", "Anna@team.example.test")).note == "team"
    assert world.say("heck", author=Author("anna@team.example.test", "x@example.test")).outcome == "hide"


def test_an_allow_rule_goes_before_all_others() -> None:
    rules = Rules().word("swearing", "heck").word("dish", "heck yeah", do=[{"allow": True}], allow=True).done()
    decision = World(rules).say("heck yeah")
    assert (decision.outcome, decision.actions, decision.rules) == ("none", ("allow",), ("dish",))


def test_strongest_wins_and_strikes_count_once() -> None:
    rules = (
        Rules()
        .word("mild", "heck", do=[hold(60, "hide"), strike(1)])
        .word("wild", "heck", do=[HIDE, strike(3)])
        .word("kind", "heck", do=[{"approve": True}])
        .done()
    )
    world = World(rules)
    decision = world.say("heck")
    assert (decision.outcome, decision.actions) == ("hide", ("hide", "strike"))
    assert decision.rules == ("mild", "wild", "kind")
    strikes = world.history.get("strikes", "email:ann@example.test")
    assert [strike[1:3] for strike in strikes] == [[3, "wild"]]
    assert len(world.last.entries) == 1


def test_higher_priority_is_asked_first_and_may_stop() -> None:
    rules = Rules().word("late", "heck", do=[strike()]).word("early", "heck", do=[HIDE], priority=5, stop=True).done()
    assert World(rules).say("heck").rules == ("early",)


def test_suggest_and_shadow_send_nothing() -> None:
    rules = Rules().word("offer", "heck", mode="suggest").word("quiet", "heck", mode="shadow").done()
    world = World(rules)
    decision = world.say("heck")
    assert (decision.outcome, decision.actions, world.last.entries) == ("none", (), ())
    assert [verdict.rule for verdict in decision.suggested] == ["offer"]
    assert [verdict.rule for verdict in decision.shadow] == ["quiet"]


def test_shadow_of_the_bot_decides_and_sends_nothing() -> None:
    world = World(SWEARING, shadow=True)
    decision = world.say("heck")
    assert decision.outcome == "hide"
    assert "shadow" in decision.note
    assert world.last.entries == ()


def test_an_error_takes_away_this_rules_effects_only() -> None:
    rules = Rules().rule("broken", Raises(), [HIDE]).word("swearing", "heck").done()
    decision = World(rules).say("heck")
    assert (decision.outcome, decision.rules) == ("hide", ("swearing",))
    assert "broken: ZeroDivisionError: a bug" in decision.note
    assert decision.verdicts[0].error == "ZeroDivisionError: a bug"


def test_an_error_holds_where_the_rule_says_so() -> None:
    rules = Rules().rule("broken", Raises(), [HIDE], on_error="hold").done()
    world = World(rules)
    decision = world.say("hello")
    assert decision.outcome == "hold"
    assert "ZeroDivisionError" in decision.note
    assert world.history.get("held", "m1")["rule"] == "broken"


def test_already_hidden_or_deleted_messages_are_judged_but_nothing_is_sent() -> None:
    world = World(SWEARING)
    for more in ({"status": "hidden"}, {"deleted": True}):
        decision = world.say("heck", **more)
        assert decision.outcome == "hide"
        assert "nothing is sent" in decision.note
        assert world.last.entries == ()


def test_near_misses_come_along() -> None:
    rules = Rules().rule("shouting", Always(near="caps 68 % of 70 %"), [HIDE]).done()
    assert World(rules).say("HELLo").near == ("shouting: caps 68 % of 70 %",)


def test_surfaces_have_their_own_statuses() -> None:
    rules = (
        Rules()
        .word("hides", "heck")
        .word("holds", "link", do=[hold()])
        .word("approves", "fine", do=[{"approve": True}])
        .word("archives", "old", do=[{"archive": True}])
        .done()
    )
    wanted = {}
    for surface in ("chat", "qa"):
        for text in ("heck", "link", "fine", "old"):
            world = World(rules)
            world.say(text, surface=surface)
            wanted[surface, text] = [entry.action.status for entry in world.last.entries]  # type: ignore[union-attr]  # only statuses
    assert wanted == {
        ("chat", "heck"): ["hidden"],
        ("chat", "link"): ["hidden"],
        ("chat", "fine"): [],
        ("chat", "old"): ["hidden"],
        ("qa", "heck"): ["archived"],
        ("qa", "link"): [],
        ("qa", "fine"): ["approved"],
        ("qa", "old"): ["archived"],
    }


def test_an_edited_message_is_decided_anew() -> None:
    world = World(SWEARING)
    first = world.say("hello", ref="m7")
    second = world.say("heck", ref="m7")
    assert first.id != second.id
    assert second.outcome == "hide"


TEXTS = st.text(st.sampled_from("heck dam\u200d\u0301\n!Ä"), max_size=30)
STATUSES = st.sampled_from(["public", "hidden", "new", "approved", "archived", "", "flying"])


@given(
    st.lists(
        st.tuples(TEXTS, st.sampled_from(["ann", "bo", ""]), STATUSES, st.sampled_from(["chat", "qa"]), st.booleans()), max_size=12
    )
)
def test_exactly_one_decision_and_the_history_is_never_touched(rows: list[tuple[str, str, str, str, bool]]) -> None:
    rules = (
        Rules(escalate={2: ({"mute": {"for": 60.0}},), 3: ({"warn": True},)})
        .word("swearing", "heck", do=[HIDE, strike()])
        .word("holding", "dam", do=[hold(30, "hide"), {"label": {"name": "d"}}, {"raid_mode": {"for": 9.0}}])
        .rule("broken", Raises(), [HIDE])
        .done()
    )
    history = History()
    for index, (text, name, status, surface, deleted) in enumerate(rows):
        message = Message(
            "ev1",
            f"m{index % 5}",
            surface,  # type: ignore[arg-type]  # sampled from both surfaces
            text,
            Author(name, f"{name}@example.test" if name else ""),
            status,
            deleted=deleted,
        )
        before = deepcopy(history._by_kind)
        done = step(MessageRead(message), rules, history, Situation(LIVE), START + index)
        assert history._by_kind == before
        assert len(done.decisions) == 1
        assert len({entry.key for entry in done.entries}) == len(done.entries)
        again = step(MessageRead(message), rules, history, Situation(LIVE), START + index)
        assert again == done
        history.apply(done.changes)
