"""The stage's own door: what attendees and human moderators do, and misfortune on order. Tests call it directly, others by HTTP.

Everything here happens on the platform's side of the wire; nothing of it is counted as a call of the bot.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.stage.beestreamed.ballots import delete_poll, make_poll, sign_up, switch_poll, vote
from bot.stage.beestreamed.hooks import envelope
from bot.stage.beestreamed.model import Connection, Event, Message, Poll, Signup, Vote
from bot.stage.beestreamed.streaming import present_status, reset_key, set_stream, set_viewers
from bot.stage.beestreamed.talk import Draft, delete, edit, say, set_status
from bot.stage.beestreamed.world import News, Refused, World
from bot.stage.faults import Order, check_rates
from bot.stage.livestreams.world import KINDS, LivestreamWorld
from bot.stage.parts import Parts
from bot.stage.settings import changed
from bot.stage.webhooks import Courier, Forgery, Hook


class Door:
    """Acts of people. Refs are the platform's; `Refused` says why something cannot be."""

    def __init__(self, world: World, courier: Courier, parts: Parts, livestreams: LivestreamWorld | None = None) -> None:
        self.world = world
        self.courier = courier
        self.parts = parts
        self.livestreams = livestreams or LivestreamWorld(world.clock, parts.switches)

    def event(self, ref: str = "", client_ref: str = "stage-channel", **values: Any) -> Event:
        """A new event; `values` are fields of Event (title, status, chat, qa, date, zone …)."""
        return self.world.add_event(client_ref, ref, **values)

    def set_event(self, ref: str, **values: Any) -> int:
        """A person changes an event; 1 if that changed anything."""
        return self.world.change_event(self.world.event(ref), values, "human")

    def say(self, event: str, text: str, name: str = "", email: str = "", **more: Any) -> Message:
        """An attendee writes; `more` are fields of Draft (qa, label, number, age, late)."""
        return say(self.world, self.world.event(event), Draft(text, name, email, **more))

    def moderate(self, ref: str, status: str) -> int:
        """A human moderator sets a message's status, `new` included; 1 if that changed anything."""
        return set_status(self.world, self.message(ref), status, "human")

    def delete(self, ref: str, gone: bool = False) -> None:
        """A message is deleted: softly, or `gone` altogether."""
        delete(self.world, self.message(ref), gone)

    def edit(self, ref: str, text: str) -> None:
        """A message gets another text."""
        edit(self.world, self.message(ref), text)

    def message(self, ref: str) -> Message:
        """The message as it truly is."""
        found = self.world.messages.get(ref)
        if found is None:
            raise Refused(404, "Message not found.", "message_not_found")
        return found

    def poll(self, event: str, question: str, options: list[str]) -> Poll:
        """A person makes a poll."""
        return make_poll(self.world, self.world.event(event), question, options, "human")

    def switch_poll(self, ref: str, active: bool) -> bool:
        """A person opens or closes a poll."""
        return switch_poll(self.world, self.find_poll(ref), active, "human")

    def delete_poll(self, ref: str) -> None:
        """A person deletes a poll."""
        poll = self.find_poll(ref)
        delete_poll(self.world, self.world.event(poll.event), poll)

    def find_poll(self, ref: str) -> Poll:
        """The poll as it truly is."""
        found = self.world.polls.get(ref)
        if found is None:
            raise Refused(404, "Poll not found.", "poll_not_found")
        return found

    def vote(self, poll: str, option: int, name: str | None = None, email: str | None = None) -> Vote:
        """An attendee votes for an option, counted from 0 whatever the wire's base is."""
        return vote(self.world, self.find_poll(poll), option, name, email)

    def sign_up(self, event: str, **data: Any) -> Signup:
        """Somebody signs up."""
        return sign_up(self.world, self.world.event(event), data)

    def viewers(self, event: str, count: int) -> None:
        """So many people watch from now on."""
        set_viewers(self.world, self.world.event(event), count)

    def stream(self, event: str, status: str) -> None:
        """The livestream drops (`idle`), comes back (`active`) or is `disabled`."""
        set_stream(self.world, self.world.event(event), status)

    def picture(self, platform: str, ref: str, comes: bool) -> None:
        """An encoder's picture drops or comes back: at an event of beestreamed, or at a meeting or session of another platform."""
        if platform == "beestreamed":
            self.stream(ref, "active" if comes else "idle")
        elif platform in KINDS:
            self.livestreams.picture(platform, ref, comes)
        else:
            raise Refused(422, f"A platform is one of beestreamed, {', '.join(KINDS)}.")

    def on_air(self) -> list[tuple[str, str]]:
        """(platform, event or meeting or session) of every picture that is there."""
        events = [("beestreamed", ref) for ref, event in self.world.events.items() if present_status(self.world, event) == "active"]
        return events + self.livestreams.on_air()

    def reset_key(self, event: str) -> None:
        """A person resets the stream key."""
        reset_key(self.world, self.world.event(event))

    def connect(self, email: str, client_ref: str = "stage-channel") -> Connection:
        """Somebody asks to be tied to a channel."""
        made = Connection(self.world.number("connection"), self.world.ref(24), client_ref, self.world.ref(12), email)
        self.world.connections[made.ref] = made
        return made

    def finish_upload(self, ref: str) -> None:
        """An upload's file has arrived."""
        self.world.uploads[ref].asset_id = self.world.ref(24)

    def hook(self, url: str, secret: str, client_ref: str = "", types: tuple[str, ...] = ()) -> Hook:
        """From now on webhooks go there too."""
        made = Hook(url, secret, client_ref, tuple(types))
        self.courier.hooks.append(made)
        return made

    def unhook(self, url: str) -> None:
        """No more webhooks to that address."""
        self.courier.hooks[:] = [hook for hook in self.courier.hooks if hook.url != url]

    def send_webhook(
        self,
        type: str,
        *,
        event: str = "",
        data: dict[str, Any] | None = None,
        forgery: Forgery = "",
        times: int = 1,
        age: float = 0.0,
    ) -> int:
        """Sends a webhook of any type to all hooks: about an event, or with `data` as it is. Returns how many left.

        `age` seconds are taken off its timestamp; each delivery has a new id.
        """
        subject: Any = data if data is not None else (self.world.event(event) if event else {})
        for _ in range(times):
            made = envelope(self.world, News(type, "", subject), self.courier.new_id())
            made["timestamp"] = int(made["timestamp"] - age)
            for hook in self.courier.hooks:
                self.courier.send(hook, made, forgery)
        return times * len(self.courier.hooks)

    def replay_webhooks(self, last: int = 1) -> int:
        """Sends the last genuine deliveries once more, byte for byte."""
        genuine = [each for each in self.courier.sent if not each.forgery][-last:]
        for delivery in genuine:
            hook = next((hook for hook in self.courier.hooks if hook.url == delivery.url), None)
            if hook is not None:
                self.courier.replay(delivery, hook)
        return len(genuine)

    def fault(self, fault: str, **more: Any) -> None:
        """The next calls that fit meet this fault; `more` are fields of Order (method, path, times, after, seconds, status …)."""
        self.parts.desk.order(Order(fault, **more))

    def set_switches(self, values: Mapping[str, Any]) -> None:
        """Changes switches while it runs; SettingError for what does not exist."""
        self.parts.switches = changed(self.parts.switches, values)
        self.spread()

    def set_faults(self, values: Mapping[str, Any]) -> None:
        """Changes what happens by chance; ValueError for what does not exist."""
        faults = changed(self.parts.desk.faults, values)
        check_rates(faults)
        self.parts.desk.faults = faults
        self.spread()

    def spread(self) -> None:
        """Tells the world and the courier what the settings are now."""
        self.world.switches = self.parts.switches
        self.courier.switches = self.parts.switches
        self.livestreams.switches = self.parts.switches
        self.world.skew = self.parts.desk.faults.clock_skew
