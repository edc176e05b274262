"""Polls and votes, signups."""

from __future__ import annotations

from typing import Any

from bot.stage.beestreamed.model import Event, Poll, Signup, Vote
from bot.stage.beestreamed.world import News, Refused, World


def make_poll(world: World, event: Event, question: str, options: list[str], who: str) -> Poll:
    """A new poll, closed unless the switch says otherwise (B-37)."""
    now = world.now()
    active = world.switches.b37_poll_active
    poll = Poll(world.number("poll"), world.ref(), event.ref, question, list(options), active, now)
    poll.changes.append((now, active, who))
    event.polls.add(poll.number, poll)
    world.polls[poll.ref] = poll
    world.tell(News("poll.created", event.client_ref, poll))
    return poll


def switch_poll(world: World, poll: Poll, active: bool, who: str) -> bool:
    """Opens or closes; True if that changed anything."""
    if poll.active == active:
        return False
    poll.active = active
    poll.changes.append((world.now(), active, who))
    return True


def delete_poll(world: World, event: Event, poll: Poll) -> None:
    """Gone, entries included."""
    event.polls.remove(poll)
    del world.polls[poll.ref]
    world.tell(News("poll.deleted", event.client_ref, poll))


def vote(world: World, poll: Poll, option: int, name: str | None = None, email: str | None = None) -> Vote:
    """A vote for the option at `option` (from 0); 422 when the poll is closed or there is no such option."""
    if not poll.active:
        raise Refused(422, "The poll is closed.", "poll_closed")
    if not 0 <= option < len(poll.options):
        raise Refused(422, "There is no such option.", "invalid_option")
    if world.switches.b40_one_vote_per_email and email:
        for earlier in poll.votes:
            if earlier.email == email:
                earlier.option = option
                return earlier
    made = Vote(world.number("entry"), option, name, email, world.now())
    poll.votes.add(made.number, made)
    return made


def sign_up(world: World, event: Event, data: dict[str, Any]) -> Signup:
    """Somebody signs up."""
    made = Signup(world.number("signup"), world.ref(), event.ref, dict(data), world.now())
    event.signups.add(made.number, made)
    world.signups[made.ref] = made
    world.tell(News("signup.created", event.client_ref, made))
    return made
