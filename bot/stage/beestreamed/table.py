"""Which BeeStreamed path is answered by which function; the one place that knows the paths (B-15)."""

from __future__ import annotations

from typing import Literal

from bot.stage.beestreamed import routes_chat as chat
from bot.stage.beestreamed import routes_events as events
from bot.stage.beestreamed import routes_polls as polls
from bot.stage.beestreamed import routes_signup as signup
from bot.stage.routing import Route, Routes

ALWAYS = [
    Route("GET", "/events", events.list_events),
    Route("POST", "/events", events.create_event),
    Route("GET", "/events/{event}", events.one_event),
    Route("PATCH", "/events/{event}", events.patch_event),
    Route("DELETE", "/events/{event}", events.delete_event),
    Route("GET", "/chat/{event}", chat.list_messages),
    Route("POST", "/chat/{event}", chat.post_message),
    Route("PATCH", "/chat/{event}/{message}", chat.patch_message),
]

ENDPOINT_PAGES = [
    Route("GET", "/polls/{event}", polls.list_polls),
    Route("POST", "/polls/{event}", polls.create_poll),
    Route("GET", "/polls/{event}/{poll}", polls.one_poll),
    Route("PATCH", "/polls/{event}/{poll}", polls.patch_poll),
    Route("DELETE", "/polls/{event}/{poll}", polls.remove_poll),
    Route("GET", "/polls/{event}/{poll}/entries", polls.list_entries),
    Route("GET", "/signup/{event}", signup.list_signups),
    Route("POST", "/signup/{event}", signup.create_signup),
    Route("GET", "/signup/{event}/{signup}", signup.one_signup),
]


def _introduced(route: Route) -> Route:
    """The same call under the introduction pages' paths: `/polls/{event}…` as `/events/{event}/polls…`."""
    kind, event, *rest = route.template.strip("/").split("/")
    return Route(route.method, "/" + "/".join(["events", event, kind, *rest]), route.answer)


INTRODUCTION = [_introduced(route) for route in ENDPOINT_PAGES]

BY_PATHS: dict[Literal["pages", "introduction", "both"], Routes] = {
    "pages": Routes(ALWAYS + ENDPOINT_PAGES),
    "introduction": Routes(ALWAYS + INTRODUCTION),
    "both": Routes(ALWAYS + ENDPOINT_PAGES + INTRODUCTION),
}
