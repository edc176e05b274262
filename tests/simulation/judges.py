"""What must be true after every story: nothing lost, nothing doubled, nothing sent while paused, nobody overruled."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import takewhile

from bot.domain.actions import Action, CountPoll, CreatePoll, PostMessage, SetEvent, SetMessageStatus, SetPoll
from tests.simulation.platform import USHER, Row
from tests.simulation.story import Story


def problems(story: Story) -> tuple[str, ...]:
    """Every broken promise, in words; none is the right answer."""
    judges = (_processes, _inbox, _messages, _statuses, _persons, _outbox, _posts, _fired, _paused, _hooks, _halves)
    return tuple(f"{judge.__name__[1:]}: {text}" for judge in judges for text in judge(story))


def _processes(story: Story) -> Iterator[str]:
    yield from story.ended_by


def _inbox(story: Story) -> Iterator[str]:
    for seq, kind, state, problem in story.disk.ask("SELECT seq, kind, state, problem FROM inbox WHERE state <> 'done'"):
        yield f"signal {seq} ({kind}) ended {state}: {problem}"


def _messages(story: Story) -> Iterator[str]:
    """Everything that could be read was judged, each version of it once."""
    decided = Counter(id_ for (id_,) in story.disk.ask("SELECT id FROM decision WHERE ref <> ''"))
    yield from (f"{id_} was decided {count} times" for id_, count in decided.items() if count > 1)
    refs = {ref for (ref,) in story.disk.ask("SELECT ref FROM decision")}
    stored = dict(story.disk.ask("SELECT ref, text FROM message"))
    for row in story.platform.rows.values():
        if row.deleted:
            continue
        if row.ref not in stored:
            yield f"{row.ref} was never stored"
        elif stored[row.ref] != row.text:
            yield f"{row.ref} is stored as {stored[row.ref]!r} and reads {row.text!r}"
        elif row.ref not in refs and row.author != USHER:
            yield f"{row.ref} was never judged"


def _statuses(story: Story) -> Iterator[str]:
    """The platform shows what was decided; and what had to be hidden is."""
    asked = "SELECT seq, ref, body FROM decision WHERE ref <> '' ORDER BY seq"
    newest = {ref: (seq, json.loads(body)) for seq, ref, body in story.disk.ask(asked)}
    dropped, tripped = _dropped(story), _tripped(story)
    for row in story.platform.rows.values():
        seq, decision = newest.get(row.ref, (0, None))
        by_person = decision is not None and (decision["who"] != "rules" or "decided about" in decision["note"])
        if row.deleted or decision is None or row.ref in dropped or row.author == USHER or by_person:
            continue
        outcome, hidden, shown = decision["outcome"], *(("hidden", "public") if row.surface == "chat" else ("archived", "approved"))
        if "heck" in row.text and outcome != "hide" and seq <= tripped:
            yield f"{row.ref} {row.text!r} was decided {outcome}: {decision['note']}"
        wanted = hidden if outcome == "hide" else shown if outcome == "approve" and not decision["note"] else row.status
        if row.status != wanted:
            yield f"{row.ref} is {row.status}, and the rules decided {outcome}"
        if outcome == "none" and not row.touched and row.status not in {"public", "new"}:
            yield f"{row.ref} is {row.status}, and nothing was decided"


def _tripped(story: Story) -> float:
    """The decision after which the rule against "heck" only suggests, as people reversed it twice (the breaker); inf if it acts."""
    reversals = """
        SELECT p.seq FROM decision p WHERE p.who <> 'rules' AND p.outcome = 'approve' AND EXISTS (
            SELECT 1 FROM decision h JOIN decision_rule r ON r.id = h.id
            WHERE h.ref = p.ref AND h.seq < p.seq AND h.outcome = 'hide' AND r.rule = 'swearing')
        ORDER BY p.seq"""
    told = story.disk.ask("SELECT 1 FROM outbox WHERE kind = 'send_alert' AND key LIKE 'breaker:swearing:%'")
    reversed_at = [seq for (seq,) in story.disk.ask(reversals)]
    return reversed_at[1] if told and len(reversed_at) > 1 else float("inf")


def _dropped(story: Story) -> set[str]:
    return {ref for (ref,) in story.disk.ask("SELECT ref FROM outbox WHERE error LIKE 'dropped by%'")}


def _persons(story: Story) -> Iterator[str]:
    """A person's verdict wins, for ever; and none goes unnoticed."""
    dropped = _dropped(story)
    verdicts = dict(story.disk.ask("SELECT ref, outcome FROM decision WHERE ref <> '' AND who <> 'rules' ORDER BY seq"))
    noticed = {ref for (ref,) in story.disk.ask("SELECT ref FROM decision WHERE who = 'platform'")}
    by_control = {ref for (ref,) in story.disk.ask("SELECT ref FROM decision WHERE who LIKE 'person:%'")}
    touched = {row.ref for row in story.platform.rows.values() if any(who == "moderator" for _, who, _ in row.touched)}
    disputed = by_control & touched
    for row in story.platform.rows.values():
        if row.deleted or "(edited)" in row.text or row.ref in dropped | disputed:
            continue
        if row.ref not in noticed and _changed_by_hand(row):
            yield f"nobody noticed that a moderator changed {row.ref}"
        wanted = {"hide": "hidden", "approve": "public"}.get(verdicts.get(row.ref, ""), row.status)
        if row.surface == "chat" and row.status != wanted:
            yield f"{row.ref} is {row.status}, and a person wanted it {wanted}"


def _changed_by_hand(row: Row) -> bool:
    """A moderator changed it on the platform, and did not take that back: what nobody has read in between, nobody can know."""
    statuses = ["public", *(status for _, _, status in row.touched)]
    by_hand = [number for number, (_, who, _) in enumerate(row.touched) if who == "moderator"]
    return bool(by_hand) and statuses[by_hand[0]] != statuses[by_hand[-1] + 1]


def _outbox(story: Story) -> Iterator[str]:
    """All has ended; what is done is there; nothing is lost that policy keeps."""
    made = {*story.platform.rows, *story.platform.polls}
    asked = "SELECT key, kind, state, remote, error, attempts FROM outbox"
    for key, kind, state, remote, error, attempts in story.disk.ask(asked):
        if state in {"pending", "sending", "unknown"}:
            yield f"{key} is still {state} after {attempts} tries: {error}"
        if state == "done" and kind in {"post_message", "create_poll"} and remote not in made:
            yield f"{key} is done, and {remote!r} does not exist"
        if state == "failed" and kind != "send_alert":  # never repeated: better none than two
            yield f"{key} failed: {error}"
        if state in {"parked", "expired"} and kind not in {"post_message", "create_poll"} and not error.startswith("its time"):
            yield f"{key} was left to a person: {error}"


def _posts(story: Story) -> Iterator[str]:
    """What the audience sees was asked for, and as often as it was asked for."""
    rows = story.disk.ask("SELECT key, kind, action, state, remote FROM outbox WHERE kind IN ('post_message', 'create_poll')")
    asked = Counter(_said(kind, action) for _, kind, action, _, _ in rows)
    seen = Counter([row.text for row in story.platform.rows.values() if row.author == USHER])
    seen.update(poll.question for poll in story.platform.polls.values())
    for what, count in seen.items():
        if count > asked[what]:
            yield f"{what!r} is there {count} times and was asked for {asked[what]} times"
    remotes = Counter(remote for *_, state, remote in rows if state == "done")
    yield from (f"{remote} was taken for {count} acts" for remote, count in remotes.items() if count > 1)
    for row in story.platform.rows.values():
        if row.author == USHER and row.ref not in remotes:
            yield f"{row.ref} {row.text!r} is there, and nobody knows it"
    yield from (f"{poll} is there, and nobody knows it" for poll in story.platform.polls if poll not in remotes)


def _said(kind: str, action: str) -> str:
    told = json.loads(action)
    return str(told["text"] if kind == "post_message" else told["question"])


def _fired(story: Story) -> Iterator[str]:
    """What was due fired, once."""
    keys = [
        (key, kind) for key, kind in story.disk.ask("SELECT key, kind FROM outbox WHERE kind IN ('post_message', 'create_poll')")
    ]
    for wanted in ("hello", "bye") if story.ends else ("hello",):
        found = [key for key, _ in keys if wanted in key]
        if len(found) > 1 or (not found and _could_fire(story)):
            yield f"the cue {wanted} fired {len(found)} times: {found}"
    polls = [key for key, kind in keys if kind == "create_poll"]
    if len(polls) > 1:
        yield f"the poll was asked for {len(polls)} times: {polls}"
    tips = Counter(row.text for row in story.platform.rows.values() if row.text.startswith("Tip"))
    if sum(tips.values()) > 3:
        yield f"more tips than three: {tips}"


def _could_fire(story: Story) -> bool:
    """The bot was well, and had been told of the live event, for a while before its end; no jump of the clock made all late."""
    before_end = list(takewhile(lambda line: line[1:] != ("event is", "done"), story.lines))
    started = [line[0] for line in before_end if line[1] == "start"][-1]
    troubled = any(line[1] in {"freeze", "disk full", "stop"} for line in before_end)
    return not troubled and story.sky.furthest < 60.0 and before_end[-1][0] - max(started, story.platform.told_live) > 4.0


def _paused(story: Story) -> Iterator[str]:
    """Nothing of a pause's scope left between its answer and its end."""
    for pause in story.pauses:
        for sent in story.platform.sent:
            if pause.began <= sent.at < pause.resumed and sent.wall < pause.until and pause.what in {"all", _what(sent.action)}:
                yield f"{sent.action} left at {sent.at:.3f} while {pause.what} was paused from {pause.began:.3f} on"


def _what(action: Action) -> str:
    match action:
        case SetMessageStatus():
            return "moderation"
        case PostMessage() | CreatePoll() | SetPoll() | CountPoll():
            return "engagement"
        case SetEvent():
            return "moderation"
        case _:
            return ""


def _hooks(story: Story) -> Iterator[str]:
    """Genuine ones are stored once, forged ones never."""
    stored = Counter(key for (key,) in story.disk.ask("SELECT delivery FROM delivery"))
    for number, hook in enumerate(story.hooks):
        kind = json.loads(hook.body)["type"]
        found = stored[f"{kind}/d{number}"]
        if hook.forged and found:
            yield f"the forged delivery {number} was stored"
        if hook.stored and not hook.forged and found != 1:
            yield f"delivery {number} was answered with 200 and stored {found} times"


def _halves(story: Story) -> Iterator[str]:
    """What belongs together is there together."""
    ask = story.disk.ask
    acts = ask("SELECT count(*) FROM inbox WHERE kind = 'person'")[0][0]
    audited = ask("SELECT count(*) FROM audit WHERE action IN ('hide', 'show')")[0][0]
    if acts != audited:
        yield f"{acts} acts of people and {audited} of them in the audit"
    deliveries, told = ask(
        "SELECT (SELECT count(*) FROM delivery WHERE problem = ''), (SELECT count(*) FROM inbox WHERE kind = 'webhook')"
    )[0]
    if deliveries != told:
        yield f"{deliveries} deliveries and {told} of them told"
