"""Keeps a rule that takes too much from emptying a chat: it goes to `suggest`, and says so.

A rule trips when it took more than 20 % of the event's last 500 messages, and at least 50 of them, outside a raid; or when people
reversed it twice within five minutes. What newcomers write counts only where the rule also takes more than 20 % of what the others
write, and at least 10: so a raid of newcomers alone never trips it. The others are those who are not new, or had two messages that
nothing took away: so a mistaken rule is found also in the first minutes, when nobody is known yet.
A rule's own `limit:` replaces the share: so many acts in so much time, then suggestions until there is room again.

History kinds: ("breaker", rule) {"hits": [message count, …] of authors who are settled, "new"?: blocks of the others, "reversed":
[time, …]}; ("rule_mode", rule) {"mode", "why", "at"}; ("acts", rule) [time, …] where the rule has a limit. Pure.
"""

from __future__ import annotations

from typing import Any

from bot.domain.actions import SendAlert
from bot.domain.decisions import Verdict
from bot.domain.history import Draft
from bot.engine.memory import LAST, add_to_block, in_blocks, known_count, message_count
from bot.engine.people import is_settled
from bot.engine.plan import effect_name
from bot.engine.work import HUMAN, Work
from bot.ruleset.facts import Facts
from bot.ruleset.model import Rule

LEAST = 50
LEAST_KNOWN = 10
SHARE = 0.20
REVERSALS, REVERSALS_WITHIN = 2, 300.0
_FORGOTTEN = 86400.0


def override(draft: Draft, rule: str) -> str:
    """The mode a person or the breaker gave a rule: act, suggest, shadow or off; empty for its own."""
    record = draft.get("rule_mode", rule)
    return record["mode"] if record else ""


def set_mode(draft: Draft, rule: str, mode: str, why: str, now: float) -> None:
    """Gives a rule another mode until further notice; empty restores its own. Either way the breaker counts anew."""
    draft.drop("breaker", rule)
    if mode:
        draft.put(("rule_mode", rule), {"mode": mode, "why": why, "at": now})
    else:
        draft.drop("rule_mode", rule)


def exceeds_limit(work: Work, rule: Rule) -> bool:
    """Whether a rule's own limit leaves it no room now; counts the act if it does."""
    if rule.limit is None:
        return False
    most, seconds = rule.limit
    times = [time for time in work.draft.get("acts", rule.id) or () if work.now - time < seconds]
    if len(times) >= most:
        return True
    work.draft.put(("acts", rule.id), [*times, work.now], work.now + seconds)
    return False


def takes_away(verdict: Verdict, surface: str) -> bool:
    """Would this verdict keep the message from the audience?"""
    names = {effect_name(effect) for effect in verdict.effects}
    return bool(names & {"hide", "archive"}) or ("hold" in names and surface == "chat")


def trips(work: Work, rule: Rule, verdict: Verdict, facts: Facts) -> bool:
    """Counts this hit of a rule; whether it is one too many."""
    if not rule.breaker or rule.limit is not None or facts.raid or not takes_away(verdict, facts.message.surface):
        return False
    count = message_count(work.draft)
    record = work.draft.get("breaker", rule.id) or {}
    hits, new = [hit for hit in record.get("hits", ()) if hit > count - LAST], record.get("new", [])
    if is_settled(facts.trust, facts.author):
        hits.append(count)
    else:
        new = add_to_block(new, count)
    work.draft.put(("breaker", rule.id), {**record, "hits": hits, "new": new}, work.now + _FORGOTTEN)
    taken = len(hits) + in_blocks(new, count)
    of_known = len(hits) >= LEAST_KNOWN and len(hits) > SHARE * known_count(work.draft)
    return of_known and taken >= LEAST and taken > SHARE * min(count, LAST)


def trip(work: Work, rule: str, why: str, decision: str) -> str:
    """Puts a rule to `suggest` and tells everybody. Returns the note for the decision."""
    set_mode(work.draft, rule, "suggest", why, work.now)
    text = f"rule {rule} was put to suggest: {why}. What it would do waits on the dashboard; look at it, then set it to act again."
    work.ask(f"breaker:{rule}:{decision}", SendAlert(text, urgent=True), decision=decision, cause=f"rule:{rule}", priority=HUMAN)
    return f"breaker: {text}"


def note_reversal(work: Work, rule: str, decision: str) -> str:
    """A person reversed what a rule did. Returns a note if that was once too often."""
    record: dict[str, Any] = work.draft.get("breaker", rule) or {}
    times = [time for time in record.get("reversed", ()) if work.now - time < REVERSALS_WITHIN]
    times.append(work.now)
    work.draft.put(("breaker", rule), {**record, "reversed": times}, work.now + _FORGOTTEN)
    known = next((one for one in work.plan.ruleset.rules if one.id == rule), None)
    tripping = len(times) >= REVERSALS and known is not None and known.breaker and override(work.draft, rule) != "suggest"
    return trip(work, rule, f"people reversed it {len(times)} times in five minutes", decision) if tripping else ""
