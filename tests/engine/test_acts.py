"""People's verdicts are final, and undo takes back exactly what a decision brought."""

from __future__ import annotations

from bot.domain.actions import SetEvent, SetMessageStatus
from bot.domain.history import History
from tests.engine.making import HIDE, Rules, World, hold, strike

SWEARING = Rules().word("swearing", "heck", do=[HIDE, strike()], severity=4).done()
ANN = "email:ann@example.test"


def state(history: History, *left_out: str) -> dict[tuple[str, ...], object]:
    """What is remembered, without the kinds that only say that something happened."""
    apart = {"seen", "pace", "verdict", "verdict_text", "verdicts", "undone", "person_act", "breaker", *left_out}
    kinds = history._by_kind
    return {key: item.value for kind, items in kinds.items() if kind not in apart for key, item in items.items()}


def test_shown_on_the_platform_means_never_hidden_again_copies_included() -> None:
    world = World(SWEARING)
    world.say("what the heck")
    done = world.on_platform("m1", "hidden", "public")
    (decision,) = done.decisions
    assert (decision.who, decision.outcome, decision.ref, done.entries) == ("platform", "approve", "m1", ())
    copy = world.say("What the HECK", by="bo")
    assert (copy.outcome, copy.note) == ("none", "platform decided about a copy of it: show")
    assert world.say("heck no", by="bo").outcome == "hide"


def test_shown_on_the_platform_takes_the_strike_back_and_cancels_what_waits() -> None:
    world = World(SWEARING)
    world.say("hello")
    before = state(world.history)
    decision = world.say("heck")
    done = world.on_platform("m2", "hidden", "public")
    assert done.cancelled == (f"hide:ev1:{decision.id}",)
    after = state(world.history)
    assert ("strikes", ANN) not in after
    assert set(before) == set(after)


def test_hidden_by_a_person_hides_copies() -> None:
    world = World(SWEARING)
    world.say("buy coins at example")
    world.person("hide", "m1")
    copy = world.say("Buy  coins at EXAMPLE!", by="bo")
    assert (copy.outcome, copy.rules) == ("hide", ("person:mo",))
    assert world.last.entries[0].action == SetMessageStatus("m2", "chat", "hidden", "public")


def test_a_short_text_hidden_by_a_person_is_hidden_for_its_author_only() -> None:
    world = World(SWEARING)
    world.say("yes")
    world.person("hide", "m1")
    assert world.say("yes", by="bo").outcome == "none"
    assert world.say("YES").outcome == "hide"


def test_a_verdict_is_for_the_text_that_was_judged() -> None:
    world = World(SWEARING)
    world.say("good morning", ref="m1")
    world.on_platform("m1", "hidden", "public")
    assert world.say("good morning!", ref="m1").outcome == "none"
    assert world.say("heck", ref="m1").outcome == "hide"


def test_an_edit_that_was_read_before_our_showing_arrived_is_hidden_nevertheless() -> None:
    world = World(SWEARING)
    world.say("heck no", ref="m1")
    world.person("show", "m1")
    decision = world.say("heck off you", ref="m1", status="hidden")
    assert (decision.outcome, decision.note) == ("hide", "")
    assert [entry.action for entry in world.last.entries] == [SetMessageStatus("m1", "chat", "hidden", "public")]


def test_an_edit_of_what_a_person_hid_on_the_platform_needs_no_call() -> None:
    world = World(SWEARING)
    world.say("good morning", ref="m1")
    world.on_platform("m1", "public", "hidden")
    assert "already hidden" in world.say("heck", ref="m1", status="hidden").note
    assert world.last.entries == ()


def test_an_unknown_status_is_left_alone() -> None:
    world = World(SWEARING)
    (decision,) = world.on_platform("m1", "public", "flying").decisions
    assert (decision.outcome, "unknown to us" in decision.note) == ("none", True)


def test_a_person_acts_before_anything_else() -> None:
    world = World(SWEARING)
    world.say("hello")
    done = world.person("hide", "m1")
    (entry,) = done.entries
    assert (entry.key, entry.priority, entry.cause) == ("act-1:hide:m1", 0, "person:mo")
    assert (done.decisions[0].id, done.decisions[0].who, done.decisions[0].outcome) == ("act-1", "person:mo", "hide")


def test_what_came_with_the_act_is_used_where_the_engine_knows_nothing() -> None:
    world = World(SWEARING)
    done = world.person("approve", "q9", surface="qa", status="new", text="What the heck is it?", author=ANN)
    assert done.entries[0].action == SetMessageStatus("q9", "qa", "approved", "new")
    assert world.say("what the heck is it", surface="qa").outcome == "none"


def test_release_shows_what_was_held_and_ends_the_timer() -> None:
    world = World(Rules().word("links", "link", do=[hold(60, "hide"), strike()]).done())
    world.say("a link")
    done = world.person("release", "m1")
    assert done.entries[0].action == SetMessageStatus("m1", "chat", "public", "hidden")
    assert world.history.get("held", "m1") is None
    assert world.tick(100).decisions == ()
    assert world.history.get("strikes", ANN) is None


def test_undo_of_a_hide_restores_everything() -> None:
    escalate = {1: ({"mute": {"for": 600.0}},)}
    rules = (
        Rules(escalate=escalate)
        .word(
            "all",
            "heck",
            do=[HIDE, strike(), {"label": {"name": "rude"}}, {"count": {"name": "rude"}}, {"raid_mode": {"for": 60.0}}],
        )
        .done()
    )
    world = World(rules)
    world.say("hello")
    before = state(world.history, "author", "timer")
    decision = world.say("heck")
    muted = world.say("sorry")
    assert muted.rules == ("mute",)
    done = world.person("undo", decision.id)
    assert done.decisions[0].undoes == decision.id
    assert state(world.history, "author", "timer", "counter") == before
    record = world.history.get("author", ANN)
    assert ("hidden" in record, "labels" in record) == (False, False)
    shown = [entry.action for entry in done.entries]
    assert SetMessageStatus("m2", "chat", "public", "hidden") in shown
    assert SetMessageStatus("m3", "chat", "public", "hidden") in shown
    assert SetEvent({"chat": True}) in shown
    assert f"hide:ev1:{decision.id}" in done.cancelled
    assert world.say("heck").outcome == "none"


def test_undo_of_one_strike_lifts_the_mute_that_a_later_one_brought() -> None:
    escalate = {2: ({"mute": {"for": 600.0}},)}
    world = World(Rules(escalate=escalate).word("swearing", "heck", do=[HIDE, strike()]).done())
    first = world.say("heck one")
    world.say("heck two")
    assert world.say("hello").rules == ("mute",)
    world.person("undo", first.id)
    assert world.say("hello again").outcome == "none"


def test_undo_of_an_approve_is_archive_and_says_so() -> None:
    world = World(Rules().word("fine", "fine", do=[{"approve": True}]).done())
    decision = world.say("fine?", surface="qa")
    done = world.person("undo", decision.id)
    assert done.entries[0].action == SetMessageStatus("m1", "qa", "archived", "approved")
    assert "cannot become new again" in done.decisions[0].note


def test_undo_of_an_archived_question_puts_it_into_the_queue() -> None:
    world = World(SWEARING)
    decision = world.say("heck?", surface="qa")
    done = world.person("undo", decision.id)
    assert done.entries == ()
    assert done.cancelled == (f"hide:ev1:{decision.id}",)
    assert "approve it" in done.decisions[0].note
    assert world.history.get("held", "m1")["surface"] == "qa"


def test_undo_says_what_cannot_be_taken_back() -> None:
    world = World(Rules().word("links", "link", do=[{"reply": {"text": "No links"}}]).done())
    decision = world.say("link")
    note = world.person("undo", decision.id).decisions[0].note
    assert "the reply “No links” cannot be taken back if it was sent already" in note


def test_undo_twice_and_undo_of_nothing() -> None:
    world = World(SWEARING)
    decision = world.say("heck")
    assert world.person("undo", decision.id).entries
    again = world.person("undo", decision.id)
    assert (again.entries, again.decisions[0].note) == ((), "it was undone already")
    nothing = world.say("hello")
    assert "nothing to take back" in world.person("undo", nothing.id).decisions[0].note
    assert "nothing to take back" in world.person("undo", "m99:123").decisions[0].note


def test_undo_works_from_the_stored_decision_alone() -> None:
    world = World(SWEARING)
    decision = world.say("heck")
    world.history.apply({("seen", "m1"): None})
    done = world.person("undo", decision.id, facts=decision.facts, ref="m1", text="heck")
    assert done.entries[0].action == SetMessageStatus("m1", "chat", "public", "hidden")
    assert world.history.get("strikes", ANN) is None
    assert world.say("heck").outcome == "none"


def test_undo_of_a_persons_act_takes_the_verdict_back() -> None:
    world = World(SWEARING)
    world.say("buy coins at example")
    world.person("hide", "m1")
    done = world.person("undo", "act-1")
    assert done.entries[0].action == SetMessageStatus("m1", "chat", "public", "hidden")
    assert world.say("buy coins at example", by="bo").outcome == "none"


def test_a_person_in_shadow_mode_sends_nothing_either() -> None:
    world = World(SWEARING, shadow=True)
    world.say("hello")
    assert world.person("hide", "m1").entries == ()


def test_a_rule_is_set_to_another_mode() -> None:
    world = World(SWEARING)
    world.person("set_rule", "swearing", mode="suggest")
    assert [verdict.rule for verdict in world.say("heck").suggested] == ["swearing"]
    world.person("set_rule", "swearing", mode="off")
    assert world.say("heck").verdicts == ()
    world.person("set_rule", "swearing", mode="")
    assert world.say("heck").outcome == "hide"
    assert "no rule" in world.person("set_rule", "nothing", mode="act").decisions[0].note
    assert "is no mode" in world.person("set_rule", "swearing", mode="loud").decisions[0].note


def test_what_a_rule_only_suggested_is_done_when_a_person_accepts_it() -> None:
    rules = Rules().word("offer", "heck", do=[HIDE, strike()], mode="suggest", reason="profanity").done()
    world = World(rules)
    decision = world.say("heck")
    assert world.history.get("strikes", ANN) is None
    done = world.person("accept", decision.id)
    assert done.entries[0].action == SetMessageStatus("m1", "chat", "hidden", "public")
    assert (done.decisions[0].outcome, done.decisions[0].who, done.decisions[0].rules) == ("hide", "person:mo", ("offer",))
    assert len(world.history.get("strikes", ANN)) == 1
    assert "nothing to accept" in world.person("accept", decision.id).decisions[0].note
    world.person("undo", "act-1")
    assert world.history.get("strikes", ANN) is None


def test_shown_by_hand_and_then_undone_takes_nothing_back_twice() -> None:
    world = World(SWEARING)
    world.say("heck one")
    decision = world.say("heck two")
    world.person("show", "m2")
    again = world.person("undo", decision.id, facts=decision.facts, ref="m2", text="heck two")
    assert again.decisions[0].note == "it was undone already"
    assert world.history.get("author", ANN)["hidden"] == 1


def test_the_undo_of_a_persons_verdict_on_a_held_message_holds_it_again() -> None:
    world = World(Rules().word("links", "link", do=[hold(60, "hide")]).done())
    world.say("a link")
    shown = world.person("show", "m1").decisions[0]
    assert world.history.get("held", "m1") is None
    undone = world.person("undo", shown.id).decisions[0]
    assert undone.outcome == "hold"
    assert world.history.get("held", "m1") is not None
    world.tick(70.0)
    assert world.last.decisions[0].outcome == "hide"


def test_held_again_after_its_time_it_waits_for_a_person() -> None:
    world = World(Rules().word("links", "link", do=[hold(60, "hide")]).done())
    world.say("a link")
    shown = world.person("show", "m1").decisions[0]
    world.tick(70.0)
    world.person("undo", shown.id)
    assert world.history.get("held", "m1")["ends"] is None
    assert not world.tick(70.0).decisions
