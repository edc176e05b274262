"""One message, from reading to decision: who wrote it, what people said before, what the rules say, what comes of it.

The order is that of RULES.md "Order of evaluation": own and team messages are out; a person's verdict on this message or a copy of
it is final; allow rules; all rules; the strongest effect. Every message gets exactly one decision, whatever its state. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from bot.domain.decisions import Decision, Verdict
from bot.domain.signals import Author, Message, Trust
from bot.engine import authors
from bot.engine.asking import ask
from bot.engine.authors import DAY, newcomer_kept, note_message, note_recent
from bot.engine.case import Case
from bot.engine.effects import carry_out
from bot.engine.effects_author import note_muted
from bot.engine.evaluate import Judged, judge, once_key
from bot.engine.memory import decision_id, note_pace, note_seen, verdict_on
from bot.engine.people import is_settled, trust_of
from bot.engine.resolve import Resolved, in_force, resolve
from bot.engine.work import Work
from bot.ruleset.facts import Facts
from bot.ruleset.windows import record as look_back

USUAL_STATUS = {"chat": ("public", ""), "qa": ("new", "")}
_TAKES_AWAY = ("hide", "hold", "archive")


def read_message(work: Work, message: Message) -> None:
    """Decides about one message and carries the decision out."""
    if message.own or _is_bot(message.author, work.situation.bot):
        work.decisions.append(_plain(work, message, "the bot's own message"))
        return
    author = message.author.known_key
    record = author_record(work, author, message)
    trust = work.trust = trust_of(message, record, work.plan.lists, work.now)
    if trust == "team":
        work.decisions.append(_plain(work, message, "team"))
        return
    facts = gather(work, message, record or {}, trust)
    _, rate = note_pace(work.draft, work.now, known=is_settled(trust, record))
    decision = _found(_decide(work, message, facts), message)
    _note_windows(work, facts, rate, newcomer=record is None)
    _remember(work, message, decision, record, rate)
    ask(work, message, decision)
    work.decisions.append(decision)


def _found(decision: Decision, message: Message) -> Decision:
    """Remembers an unusual status, so that the message can be judged again as it was."""
    return decision if message.status in USUAL_STATUS[message.surface] else replace(decision, found=message.status)


def _note_windows(work: Work, facts: Facts, rate: float, *, newcomer: bool) -> None:
    """What conditions look back on. Of somebody's first message it is forgotten sooner while very many new people write."""
    author, soonest = facts.message.author.key, work.now + newcomer_kept(rate) if newcomer else None
    for key, value, until in look_back(facts, work.plan.windows):
        if soonest is not None and until is not None and key[-1] == author:
            until = min(until, soonest)  # noqa: PLW2901 - the same moment, only sooner
        work.draft.put(key, value, until)


def author_record(work: Work, author: str, message: Message) -> Mapping[str, Any] | None:
    """What is remembered of the author; engagement remembers sign-ups, by e-mail."""
    if not author:
        return None
    record: Mapping[str, Any] | None = work.draft.get("author", author)
    since = work.draft.get("signup", message.author.email.strip().casefold()) if message.author.email else None
    if since is None or (record is not None and "signed_up" in record):
        return record
    return {**(record or {"messages": 0, "first": work.now, "last": work.now}), "signed_up": since}


def gather(work: Work, message: Message, record: Mapping[str, Any], trust: Trust) -> Facts:
    """All that conditions may look at."""
    situation, draft = work.situation, work.draft
    return Facts(
        message=message,
        event=situation.event,
        now=work.now,
        history=draft,
        scan=work.plan.ruleset.matcher.scan(message.text),
        trust=trust,
        poll_open=polls_open(work) if situation.poll_open is None and work.plan.asks_for_polls else bool(situation.poll_open),
        raid=authors.in_force(draft.get("raid"), work.now),
        author=record,
        signups=situation.signups,
    )


def polls_open(work: Work) -> bool:
    """Whether an audience poll is open now."""
    return any(item.value.get("state") == "open" for _, item in work.draft.of_kind("poll"))


def _is_bot(author: Author, bot: Author) -> bool:
    """Our own name and e-mail (B-43)."""
    return bool(bot.email) and author.email.casefold() == bot.email.casefold() and author.name == bot.name


def _plain(work: Work, message: Message, note: str) -> Decision:
    return Decision(decision_id(message), message.event, message.ref, "none", work.now, work.plan.ruleset.hash, note=note)


def _decide(work: Work, message: Message, facts: Facts) -> Decision:
    said = verdict_on(work.draft, message)
    if said is not None:
        return _as_said(work, message, said)
    judged = judge(work.plan, facts, without=work.situation.without)
    if judged.allowed is not None:
        return _allowed(work, message, judged)
    imposed = _imposed(work, facts)
    work.open = [] if imposed else judged.open  # nobody reads what a muted author writes: no service needs to
    if not judged.verdicts and not imposed:
        return Decision(
            decision_id(message), message.event, message.ref, "none", work.now, work.plan.ruleset.hash, near=tuple(judged.near)
        )
    return _acted(work, message, facts, judged, imposed)


def _allowed(work: Work, message: Message, judged: Judged) -> Decision:
    verdict = cast(Verdict, judged.allowed)
    return Decision(
        decision_id(message),
        message.event,
        message.ref,
        "none",
        work.now,
        work.plan.ruleset.hash,
        actions=("allow",),
        verdicts=(verdict,),
        near=tuple(judged.near),
        reason=verdict.reason,
        note=f"allowed by rule {verdict.rule}",
    )


def said_before(work: Work, message: Message) -> str:
    """What a person decided about this message or a copy of it, in words; empty if nobody did."""
    said = verdict_on(work.draft, message)
    return "" if said is None else _words(message, said)


def _words(message: Message, said: Mapping[str, Any]) -> str:
    same = "this message" if said["ref"] == message.ref else "a copy of it"
    return f"{said['who']} decided about {same}: {said['verdict']}"


def _as_said(work: Work, message: Message, said: Mapping[str, Any]) -> Decision:
    """A person's verdict on this message or its copy is final."""
    note = _words(message, said)
    if said["verdict"] not in _TAKES_AWAY:
        return _plain(work, message, note)
    verdict = Verdict(said["who"], "act", ({said["verdict"]: True},), notes=(note,))
    return _acted(work, message, None, Judged(), [verdict], note)


def _imposed(work: Work, facts: Facts) -> list[Verdict]:
    """What mutes and slow mode bring upon a message; neither has a call of the platform, so each message is hidden as it comes."""
    author = facts.message.author.known_key
    if not author:
        return []
    mute = work.draft.get("mute", author)
    if mute is not None and authors.in_force(mute, work.now):
        return [Verdict("mute", "act", ({"hide": True},), notes=(f"the author is muted by {mute['why']}",), severity=2)]
    slow = work.draft.get("slow", author)
    if slow is None or not authors.in_force(slow, work.now):
        return []
    if work.now - slow["last"] < slow["every"]:
        note = f"the author is slowed down to a message every {slow['every']:.0f} s by {slow['why']}"
        return [Verdict("slow", "act", ({"hide": True},), notes=(note,), severity=1)]
    work.draft.put(("slow", author), {**slow, "last": work.now}, slow["until"])
    return []


def _acted(work: Work, message: Message, facts: Facts | None, judged: Judged, imposed: list[Verdict], note: str = "") -> Decision:
    case = Case.of(work, message, decision_id(message))
    if facts is None:
        resolved = in_force(imposed)
    else:
        resolved = resolve(work, facts, judged, imposed, case.id)
        note_acts(work, facts, judged, resolved, case)
    carry_out(case, resolved)
    if imposed and resolved.deciding is imposed[0] and imposed[0].rule == "mute" and len(resolved.acting) == 1:
        note_muted(case)
    return concluded(case, message, judged, resolved, note)


def concluded(case: Case, message: Message, judged: Judged, resolved: Resolved, note: str = "") -> Decision:
    """The decision, once it is carried out."""
    work = case.work
    return Decision(
        id=case.id,
        event=message.event,
        ref=message.ref,
        outcome=resolved.outcome,
        at=work.now,
        ruleset=work.plan.ruleset.hash,
        actions=resolved.actions,
        verdicts=tuple(verdict for verdict, _ in resolved.acting),
        suggested=tuple(resolved.suggested),
        shadow=tuple(resolved.shadow),
        near=tuple(judged.near),
        reason=_reason(resolved),
        severity=max((verdict.severity for verdict, _ in resolved.acting), default=0),
        note="; ".join([*([note] if note else []), *resolved.notes, *case.notes, *_in_shadow(work, resolved.outcome)]),
        facts=_facts_of(case, resolved),
    )


def _in_shadow(work: Work, outcome: str) -> list[str]:
    return ["the bot is in shadow: nothing is sent"] if work.situation.shadow and outcome != "none" else []


def _reason(resolved: Resolved) -> str:
    if resolved.deciding is not None and resolved.deciding.reason:
        return resolved.deciding.reason
    return next((verdict.reason for verdict, _ in resolved.acting if verdict.reason), "")


def _facts_of(case: Case, resolved: Resolved) -> dict[str, Any]:
    """What the undo and a later `accept` need; empty where nothing changed or was offered."""
    if not case.changed and not resolved.suggested:
        return {}
    offered = [[verdict.rule, list(verdict.effects), verdict.reason, verdict.severity] for verdict in resolved.suggested]
    rules = [verdict.rule for verdict, _ in resolved.acting if verdict.effects or not verdict.error]
    return {
        "surface": case.surface,
        "author": case.author,
        "name": case.name,
        "outcome": resolved.outcome,
        "rules": rules,
        "changed": case.changed,
        **({"offered": offered} if offered else {}),
    }


def note_acts(work: Work, facts: Facts, judged: Judged, resolved: Resolved, case: Case) -> None:
    """Remembers that rules with `once` or `cooldown` acted."""
    acting = {verdict.rule for verdict, _ in resolved.acting}
    for rule, verdict in judged.verdicts:
        if rule.id not in acting or not verdict.effects:
            continue
        if rule.once:
            key = once_key(rule, facts)
            work.draft.put(key, True, work.now + DAY)
            case.changed.append(list(key))
        if rule.cooldown:
            case.changed.append(["acted", rule.id, work.draft.get("acted", rule.id), rule.cooldown])
            work.draft.put(("acted", rule.id), work.now, work.now + rule.cooldown)
        if rule.limit is not None:
            case.changed.append(["acts", rule.id, work.now])


def _remember(work: Work, message: Message, decision: Decision, record: Mapping[str, Any] | None, rate: float) -> None:
    author = message.author.known_key
    if author:
        # carry_out may have changed the record (a label, one more hidden): count on top of that.
        now_known = work.draft.get("author", author) if decision.facts else record
        note_message(work.draft, author, now_known, work.now, rate)
        if work.plan.sweeps:
            note_recent(work.draft, message, work.now)
    note_seen(work.draft, message, decision.id, decision.facts, work.now, rate)
