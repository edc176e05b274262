"""What effects send, remember and end."""

from __future__ import annotations

from bot.domain.actions import CallWebhook, PostMessage, SendAlert, SetEvent, SetMessageStatus, SetStream
from bot.domain.signals import Author, EventRead, EventState
from bot.engine.timers import next_due
from tests.engine.making import HIDE, LIVE, START, Rules, World, hold, replace, strike


def actions(world: World) -> list[object]:
    return [entry.action for entry in world.last.entries]


def test_a_reply_is_filled_in_once_and_expires() -> None:
    rules = Rules().word(
        "links", "link", do=[{"reply": {"text": "{author}: {match} {rule} {reason} {event} {x}"}}], reason="off_topic"
    )
    world = World(rules.done())
    world.say("a link", by="{rule}")
    (entry,) = world.last.entries
    assert entry.action == PostMessage("{Rule}: link links off topic Launch {x}")
    assert (entry.priority, entry.expires) == (4, world.now + 30)


def test_a_warning_has_words_of_its_own() -> None:
    world = World(Rules().word("links", "link", do=[{"warn": True}], reason="spam").done())
    world.say("link")
    assert actions(world) == [PostMessage("Ann, please mind the rules of this chat (spam).")]


def test_strikes_escalate_step_by_step() -> None:
    escalate = {2: ({"warn": True},), 3: ({"mute": {"for": 600.0}},)}
    world = World(Rules(escalate=escalate).word("swearing", "heck", do=[HIDE, strike()], reason="profanity").done())
    world.say("heck")
    assert len(world.last.entries) == 1
    world.say("heck")
    assert PostMessage("Ann, please mind the rules of this chat (profanity).") in actions(world)
    world.say("heck")
    muted = world.say("good morning")
    assert (muted.outcome, muted.rules) == ("hide", ("mute",))
    assert muted.verdicts[0].notes == ("the author is muted by escalate:3",)
    assert world.say("hello", by="bo").outcome == "none"
    assert world.say("good morning", after=601).outcome == "none"


def test_several_strikes_at_once_skip_no_step() -> None:
    escalate = {2: ({"warn": True},), 3: ({"mute": {"for": None}},)}
    world = World(Rules(escalate=escalate).word("swearing", "heck", do=[strike(5)]).done())
    world.say("heck")
    assert len(world.last.entries) == 1
    assert world.say("hello", after=1e6).outcome == "hide"


def test_each_strike_has_its_own_life_time() -> None:
    world = World(Rules().word("a", "heck", do=[strike(1, 60)]).word("b", "dam", do=[strike(1, 600)]).done())
    world.say("heck")
    world.say("dam")
    assert len(world.history.get("strikes", "email:ann@example.test")) == 2
    world.say("dam", after=100)
    assert [one[2] for one in world.history.get("strikes", "email:ann@example.test")] == ["b", "b"]


def test_forgive_takes_all_strikes() -> None:
    world = World(Rules().word("a", "heck", do=[strike(3)]).word("b", "sorry", do=[{"forgive": True}]).done())
    world.say("heck")
    world.say("sorry")
    assert world.history.get("strikes", "email:ann@example.test") is None


def test_slow_mode_lets_one_message_through_each_time() -> None:
    world = World(Rules().word("slower", "flood", do=[{"slow": {"every": 10.0}}]).done())
    world.say("flood")
    assert world.say("one", after=5).outcome == "hide"
    assert world.say("two", after=6).outcome == "none"
    assert world.say("three", after=6).outcome == "hide"
    assert world.say("four", by="bo", after=0).outcome == "none"


def test_labels_come_and_go() -> None:
    world = World(
        Rules().word("on", "fan", do=[{"label": {"name": "fan"}}]).word("off", "bye", do=[{"unlabel": {"name": "fan"}}]).done()
    )
    world.say("fan")
    assert world.history.get("author", "email:ann@example.test")["labels"] == {"fan": None}
    world.say("bye")
    assert "labels" not in world.history.get("author", "email:ann@example.test")


def test_a_hold_in_chat_is_hidden_and_ends_as_the_rule_says() -> None:
    world = World(Rules().word("links", "link", do=[hold(300, "show")]).done())
    decision = world.say("a link")
    assert (decision.outcome, actions(world)) == ("hold", [SetMessageStatus("m1", "chat", "hidden", "public")])
    assert world.history.get("held", "m1")["ends"] == world.now + 300
    assert next_due(world.history) == world.now + 300
    assert world.tick(299).decisions == ()
    done = world.tick(2)
    assert (done.decisions[0].outcome, done.decisions[0].who) == ("approve", "timer")
    assert actions(world) == [SetMessageStatus("m1", "chat", "public", "hidden")]
    assert world.history.get("held", "m1") is None
    assert world.tick(1000).decisions == ()


def test_a_hold_that_ends_in_hide_needs_no_second_call_in_chat_but_one_in_qa() -> None:
    rules = Rules().word("links", "link", do=[hold(300, "hide")]).done()
    chat, questions = World(rules), World(rules)
    chat.say("link")
    assert chat.tick(301).decisions[0].outcome == "hide"
    assert actions(chat) == []
    questions.say("link", surface="qa")
    assert actions(questions) == []
    assert questions.tick(301).decisions[0].outcome == "hide"
    assert actions(questions) == [SetMessageStatus("m1", "qa", "archived", "new")]


def test_a_hold_without_then_goes_on_waiting() -> None:
    world = World(Rules().word("links", "link", do=[hold(300)]).done())
    world.say("link")
    assert world.tick(301).decisions[0].outcome == "hold"
    assert world.history.get("held", "m1")["ends"] is None


def test_a_question_that_is_not_new_can_be_neither_held_nor_approved() -> None:
    rules = Rules().word("links", "link", do=[hold(300)]).word("fine", "fine", do=[{"approve": True}]).done()
    world = World(rules)
    assert "cannot be held" in world.say("link", surface="qa", status="approved").note
    assert "not approved" in world.say("fine", surface="qa", status="archived").note
    assert world.last.entries == ()


def test_a_lock_has_an_end_and_is_only_made_longer() -> None:
    world = World(Rules().word("raid", "coins", do=[{"lock": {"what": "chat", "for": 120.0}}], severity=5).done())
    world.say("coins")
    assert actions(world) == [SetEvent({"chat": False})]
    assert world.last.entries[0].priority == 0
    world.say("coins", after=60)
    assert actions(world) == []
    assert world.tick(100).entries == ()
    world.tick(30)
    assert actions(world) == [SetEvent({"chat": True})]
    assert world.tick(500).entries == ()


def test_what_was_off_already_is_not_locked_and_never_opened() -> None:
    world = World(
        Rules().word("raid", "coins", do=[{"lock": {"what": "chat", "for": 120.0}}]).done(), event=replace(LIVE, chat=False)
    )
    assert "off already" in world.say("coins").note
    assert world.last.entries == ()
    assert world.tick(500).entries == ()


def test_a_person_who_opens_a_locked_chat_ends_the_lock() -> None:
    world = World(Rules().word("raid", "coins", do=[{"lock": {"what": "chat", "for": 120.0}}]).done())
    world.say("coins")
    world.send(EventRead(LIVE, replace(LIVE, chat=False)))
    assert world.tick(500).entries == ()


def test_unlock_opens_before_the_end() -> None:
    rules = (
        Rules()
        .word("raid", "coins", do=[{"lock": {"what": "qa", "for": 120.0}}])
        .word("calm", "calm", do=[{"unlock": {"what": "qa"}}])
    )
    world = World(rules.done())
    world.say("coins")
    world.say("calm")
    assert actions(world) == [SetEvent({"qa": True})]
    assert world.tick(500).entries == ()


def test_raid_mode_locks_and_is_known_to_later_messages() -> None:
    world = World(Rules().word("raid", "coins", do=[HIDE, {"raid_mode": {"for": 180.0}}]).done())
    decision = world.say("coins")
    assert decision.actions == ("hide", "raid_mode")
    assert SetEvent({"chat": False}) in actions(world)
    assert world.history.get("raid")["until"] == world.now + 180
    world.say("coins", after=10)
    assert world.history.get("raid")["until"] == world.now + 180


def test_sweep_hides_what_the_author_wrote_before_newest_first() -> None:
    world = World(Rules().word("sweeper", "coins", do=[HIDE, {"sweep": {"last": 60.0}}]).done())
    world.say("long ago")
    world.say("one", after=100)
    world.say("two")
    world.say("mine", by="bo")
    world.say("coins")
    assert [entry.action.ref for entry in world.last.entries] == ["m5", "m3", "m2"]  # type: ignore[union-attr]  # only statuses


def test_delay_makes_the_entry_wait() -> None:
    world = World(Rules().word("slowly", "heck", delay=5.0).done())
    world.say("heck")
    assert world.last.entries[0].not_before == world.now + 5


def test_outward_effects() -> None:
    rules = Rules().word(
        "all",
        "heck",
        do=[
            {"alert": {"text": "{author} said {match}"}},
            {"post": {"text": "Calm down"}},
            {"set_event": {"qa": False}},
            {"start_stream": {"name": "main"}},
            {"stop_stream": {"name": "main"}},
            {"webhook": {"url": "https://hooks.example.test/x"}},
            {"flag": True},
        ],
    )
    world = World(rules.done())
    decision = world.say("heck")
    alert, post, switch, start, stop, hook = actions(world)
    assert alert == SendAlert("Ann said heck")
    assert post == PostMessage("Calm down")
    assert switch == SetEvent({"qa": False})
    assert (start, stop) == (SetStream("main", True), SetStream("main", False))
    assert isinstance(hook, CallWebhook)
    assert hook.body["decision"] == decision.id
    assert decision.outcome == "none"
    assert "flag" in decision.actions


def test_nobody_gets_strikes_for_what_nobody_wrote() -> None:
    world = World(Rules().word("swearing", "heck", do=[HIDE, strike(), {"mute": {"for": 60.0}}]).done())
    decision = world.say("heck", author=Author())
    assert "nobody knows who wrote it" in decision.note
    assert list(world.history.of_kind("strikes")) == []


def test_once_and_cooldown() -> None:
    rules = (
        Rules()
        .word("first", "hi", do=[{"flag": True}], once="author")
        .word("event", "hi", do=[{"flag": True}], once="event")
        .word("cool", "hi", do=[{"flag": True}], cooldown=10.0)
        .done()
    )
    world = World(rules)
    assert world.say("hi").rules == ("first", "event", "cool")
    later = world.say("hi")
    assert later.rules == ()
    assert "cool: is in its cooldown for another 9 s" in later.near
    assert world.say("hi", by="bo").rules == ("first",)
    assert world.say("hi", after=10).rules == ("cool",)


def test_rules_apply_to_their_people_times_and_events_only() -> None:
    rules = (
        Rules()
        .word("not-regulars", "hi", do=[{"flag": True}], excepted={"trust": ("regular",)})
        .word("only-bo", "hi", do=[{"flag": True}], only={"emails": ("BO@*",)})
        .word("later", "hi", do=[{"flag": True}], begins=START + 100)
        .word("earlier", "hi", do=[{"flag": True}], expires=START + 100)
        .word("elsewhere", "hi", do=[{"flag": True}], events=("ev2",))
        .word("named", "hi", do=[{"flag": True}], excepted={"names": ("ann",)})
        .word("off", "hi", do=[{"flag": True}], enabled=False)
        .done()
    )
    world = World(rules)
    assert world.say("hi").rules == ("not-regulars", "earlier")
    assert world.say("hi", by="bo").rules == ("not-regulars", "only-bo", "earlier", "named")
    assert world.say("hi", trust="regular", after=200).rules == ("later",)


def test_a_sample_is_always_the_same_authors() -> None:
    world = World(Rules().word("some", "hi", do=[{"flag": True}], sample=0.2).done())
    first = [bool(world.say("hi", by=f"p{n}").rules) for n in range(300)]
    second = [bool(world.say("hi", by=f"p{n}").rules) for n in range(300)]
    assert first == second
    assert 30 < sum(first) < 90


def test_event_state_that_says_nothing_can_be_locked() -> None:
    world = World(Rules().word("raid", "coins", do=[{"lock": {"what": "chat", "for": 9.0}}]).done(), event=EventState("ev1"))
    world.say("coins")
    assert actions(world) == [SetEvent({"chat": False})]


def test_what_somebody_writes_who_is_muted_brings_no_more_strikes() -> None:
    ladder = {2: ({"mute": {"for": 60.0}},), 4: ({"mute": {"for": None}},)}
    world = World(Rules(escalate=ladder).word("swearing", "heck", do=[HIDE, strike()]).done())
    for _ in range(9):
        decision = world.say("heck")
    assert "mute" in decision.rules
    assert decision.actions == ("hide",)
    assert sum(one[1] for one in world.history.get("strikes", "email:ann@example.test")) == 2
    assert world.say("heck", after=61.0).rules == ("swearing",)
    assert sum(one[1] for one in world.history.get("strikes", "email:ann@example.test")) == 3
