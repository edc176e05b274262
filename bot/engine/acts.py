"""What people do: on the platform itself, on the dashboard, by the control API. Their verdict is final and is remembered.

A person who shows what a rule hid also takes back what came with the hide (strikes, mutes, labels) and counts against the rule.
Every act becomes one decision, also one that could do nothing. Pure.
"""

from __future__ import annotations

from typing import Any, cast

from bot.domain.actions import SetMessageStatus, SetStream
from bot.domain.decisions import Decision, Outcome
from bot.domain.signals import PersonAct, StatusChanged, Surface
from bot.engine.authors import DAY
from bot.engine.breaker import note_reversal, set_mode
from bot.engine.case import WANTED
from bot.engine.memory import Seen, remember_verdict, seen
from bot.engine.offers import answer_all, answer_one
from bot.engine.person import ACT_KEPT, act_id, decided
from bot.engine.scope import is_rule
from bot.engine.undo import Undo
from bot.engine.work import HUMAN, Work

VERDICTS = {"public": "show", "hidden": "hide", "approved": "approve", "archived": "archive"}
"""A status that a person set on the platform → what they meant."""
MODES = ("act", "suggest", "shadow", "off", "")
_SHOWS = ("show", "approve")


def person_act(work: Work, act: PersonAct) -> None:
    """Carries a person's act out, if it is one of moderation; others are engagement's."""
    if act.verb == "release" and work.draft.get("offer", act.target) is not None:
        return
    if act.verb in ("hide", "show", "approve", "archive", "release"):
        _by_hand(work, act)
    elif act.verb == "undo":
        _undo(work, act)
    elif act.verb in ("accept", "dismiss"):
        answer_one(work, act)
    elif act.verb in ("accept_all", "dismiss_all"):
        answer_all(work, act)
    elif act.verb == "set_rule":
        _set_rule(work, act)
    elif act.verb == "set_stream":
        _set_stream(work, act)
    elif act.verb == "undo_all":
        note = "nothing was undone: what happened in this event could not be played again; see the log, then try once more"
        work.decisions.append(decided(work, act_id(work, act), "", "none", f"person:{act.who}", actions=("undo_all",), note=note))


def engagement_act(work: Work, act: PersonAct) -> Decision:
    """The decision of an act that was engagement's to carry out; it says why not, if it was not done."""
    if work.plan.ruleset.engagement is None:
        why = f"'{act.verb}' was not done: the rule files have no engagement"
    else:
        known = work.draft.get("act", str(work.situation.act or int(work.now * 1000)))
        why = str(known["why"]) if known else f"'{act.verb}' is unknown here"
    return decided(work, act_id(work, act), "", "none", f"person:{act.who}", actions=(act.verb,), note=why)


def status_changed(work: Work, signal: StatusChanged) -> None:
    """A person acted on the platform: remember it, and never fight it."""
    verdict = VERDICTS.get(signal.status)
    decision = f"platform:{signal.ref}:{signal.before}:{signal.status}:{work.now:.3f}"
    if verdict is None:
        note = f"the status is now '{signal.status}', which is unknown to us: left alone"
        work.decisions.append(decided(work, decision, signal.ref, "none", "platform", note=note))
        return
    data: dict[str, Any] = {"author": signal.author.known_key, "text": signal.text or None}
    if seen(work.draft, signal.ref) is None:
        data |= {"facts": signal.facts, "decision": signal.decision}
    ground = _Ground(work, decision, "platform", signal.ref, signal.surface, data)
    notes = ground.take_over(verdict)
    ground.finish(verdict, notes, [])


def _by_hand(work: Work, act: PersonAct) -> None:
    data, verb = act.data, "show" if act.verb == "release" else act.verb
    known = seen(work.draft, act.target)
    surface = cast(Surface, data.get("surface") or (known.surface if known else "chat"))
    ground = _Ground(work, act_id(work, act), f"person:{act.who}", act.target, surface, data)
    wanted = WANTED[surface, verb]
    before = str(data.get("status") or ground.status_now())
    notes = ground.take_over(verb)
    key = f"{ground.decision}:{verb}:{act.target}"
    work.ask(key, SetMessageStatus(act.target, surface, wanted, before), decision=ground.decision, cause=ground.who, priority=HUMAN)
    ground.finish(verb, notes, [["status", act.target, surface, wanted, before, key]])


class _Ground:
    """A message a person acts on, from whatever is known of it: what came with the act, else what the engine remembers."""

    def __init__(self, work: Work, decision: str, who: str, ref: str, surface: Surface, data: dict[str, Any]) -> None:
        self.work, self.decision, self.who, self.ref, self.surface = work, decision, who, ref, surface
        known: Seen | None = seen(work.draft, ref)
        text = data.get("text")
        self.author = data.get("author") or (known.author if known else "")
        self.text = text if text is not None else (known.text if known else None)
        self.of = data.get("decision") or (known.decision if known else "")
        self.facts = data.get("facts") or (known.facts if known else {})
        self.reversed: list[str] = []
        """Rules whose act the person turned round."""
        self.status = known.status if known else ""
        self.released: list[list[Any]] = []
        """The hold that the person ended, so that an undo can bring it back."""

    def status_now(self) -> str:
        """The status we last wanted or saw."""
        wanted = [what[2] for kind, *what in self.facts.get("changed", ()) if kind == "status" and what[0] == self.ref]
        return str(wanted[-1]) if wanted else self.status

    def take_over(self, verdict: str) -> list[str]:
        """The person's verdict replaces ours: what we have not sent is cancelled, what we did wrongly is taken back."""
        work, changed = self.work, self.facts.get("changed", [])
        held = work.draft.get("held", self.ref)
        if held is not None:
            self.released = [["released", self.ref, held, work.draft.get("timer", f"hold:{self.ref}")]]
        work.draft.drop("held", self.ref)
        work.draft.drop("timer", f"hold:{self.ref}")
        notes: list[str] = []
        undo = Undo(work, self.decision, self.who, self.of)
        outcome = self.facts.get("outcome", "none")
        if verdict in _SHOWS and outcome in ("hide", "hold", "archive") and not (self.of and work.draft.get("undone", self.of)):
            undo.run([one for one in changed if one[0] != "hold"], status=False)
            if self.of:
                work.draft.put(("undone", self.of), True, work.now + DAY)
            notes += undo.notes
            self.reversed = [rule for rule in self.facts.get("rules", ()) if is_rule(rule)]
            if outcome != "hold":
                notes += [note for rule in self.reversed if (note := note_reversal(work, rule, self.decision))]
        else:
            work.cancelled.extend(what[4] for kind, *what in changed if kind == "status" and what[0] == self.ref)
        remember_verdict(work.draft, self.ref, verdict, self.who, work.now, author=self.author, text=self.text)
        _forget_facts(work, self.ref)
        return notes

    def finish(self, verdict: str, notes: list[str], changed: list[list[Any]]) -> None:
        """One decision, and what is needed to undo it."""
        facts = {
            "surface": self.surface,
            "author": self.author,
            "outcome": verdict,
            "rules": [],
            "changed": [*changed, *self.released, ["verdict", self.ref]],
            **({"reversed": self.reversed} if self.reversed else {}),
        }
        self.work.draft.put(("person_act", self.decision), facts, self.work.now + ACT_KEPT)
        outcome = cast(Outcome, "approve" if verdict == "show" else verdict)
        self.work.decisions.append(
            decided(self.work, self.decision, self.ref, outcome, self.who, actions=(verdict,), note="; ".join(notes), facts=facts)
        )


def _forget_facts(work: Work, ref: str) -> None:
    """What was taken back once is not taken back twice."""
    value = work.draft.get("seen", ref)
    if value is not None and value[-1]:
        work.draft.put(("seen", ref), [*value[:-1], {}], work.now + ACT_KEPT)


def _undo(work: Work, act: PersonAct) -> None:
    decision, target = act_id(work, act), act.target
    ref = str(act.data.get("ref") or target.rpartition(":")[0])
    known = seen(work.draft, ref)
    facts: dict[str, Any] = act.data.get("facts") or work.draft.get("person_act", target) or {}
    if not facts and known is not None and known.decision == target:
        facts = known.facts
    undo = Undo(work, decision, f"person:{act.who}", target)
    turned: list[str] = []
    if work.draft.get("undone", target) is not None:
        undo.notes.append("it was undone already")
    elif not facts.get("changed"):
        undo.notes.append("there is nothing to take back: that decision changed nothing, or is no longer known")
    else:
        undo.run(facts["changed"])
        turned = _after_undo(work, undo, act, ref, facts, known)
    work.decisions.append(
        decided(
            work,
            decision,
            ref,
            "hold" if undo.held_again else "none",
            undo.cause,
            actions=("undo",),
            note="; ".join(undo.notes),
            undoes=target,
            facts={"reversed": turned} if turned else {},
        )
    )


def _after_undo(work: Work, undo: Undo, act: PersonAct, ref: str, facts: dict[str, Any], known: Seen | None) -> list[str]:
    """An undone hide of a rule is a verdict: never again, copies included. Returns the rules it was turned round on."""
    rules: list[str] = []
    work.draft.put(("undone", undo.target), True, work.now + DAY)
    if facts.get("rules") and facts.get("outcome") in ("hide", "archive", "hold"):
        text = act.data.get("text") or (known.text if known else None)
        author = str(facts.get("author", ""))
        remember_verdict(work.draft, ref, "show", undo.cause, work.now, author=author, text=text)
        rules = [rule for rule in facts["rules"] if is_rule(rule)]
        undo.notes += [note for rule in rules if (note := note_reversal(work, rule, undo.decision))]
    if known is not None and known.decision == undo.target:
        _forget_facts(work, ref)
    return rules


def _set_stream(work: Work, act: PersonAct) -> None:
    """Starts or stops a livestream at once; `data["on"]` says which."""
    decision, who, on = act_id(work, act), f"person:{act.who}", bool(act.data.get("on"))
    work.ask(f"{decision}:stream:{act.target}", SetStream(act.target, on), decision=decision, cause=who, priority=HUMAN)
    work.decisions.append(decided(work, decision, "", "none", who, actions=("start_stream" if on else "stop_stream",)))


def _set_rule(work: Work, act: PersonAct) -> None:
    mode = str(act.data.get("mode", ""))
    decision, who = act_id(work, act), f"person:{act.who}"
    # A save that takes too much is set to shadow before its rules are in force, and some of them may be new.
    known = work.plan.ruleset.rule(act.target) is not None or bool(act.data.get("coming"))
    if mode not in MODES:
        note = f"'{mode}' is no mode; it is one of act, suggest, shadow, off, or empty for the rule's own"
    elif not known:
        note = f"there is no rule '{act.target}'"
    else:
        set_mode(work.draft, act.target, mode, who, work.now)
        note = f"rule {act.target} is now set to {mode or 'its own mode'}"
    work.decisions.append(decided(work, decision, "", "none", who, actions=("set_rule",), note=note))
