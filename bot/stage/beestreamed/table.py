"""Which BeeStreamed path is answered by which function; the one place that knows the paths (B-15)."""

from __future__ import annotations

from typing import Literal

from bot.stage.beestreamed import routes_analytics as analytics
from bot.stage.beestreamed import routes_channel as channel
from bot.stage.beestreamed import routes_chat as chat
from bot.stage.beestreamed import routes_events as events
from bot.stage.beestreamed import routes_polls as polls
from bot.stage.beestreamed import routes_signup as signup
from bot.stage.beestreamed import routes_stream as stream
from bot.stage.beestreamed import routes_videos as videos
from bot.stage.routing import Route, Routes

ALWAYS = [
    Route("GET", "/events", events.list_events),
    Route("POST", "/events", events.create_event),
    Route("GET", "/events/{event}", events.one_event),
    Route("PATCH", "/events/{event}", events.patch_event),
    Route("DELETE", "/events/{event}", events.delete_event),
    Route("GET", "/events/{event}/image", stream.image),
    Route("POST", "/events/{event}/upload", stream.upload),
    Route("GET", "/events/{event}/stream", stream.stream),
    Route("GET", "/events/{event}/log", stream.log),
    Route("GET", "/events/{event}/rtmp", stream.rtmp),
    Route("POST", "/events/{event}/sendemails", stream.send_emails),
    Route("POST", "/events/{event}/simulcast", stream.add_target),
    Route("DELETE", "/events/{event}/simulcast", stream.remove_target),
    Route("POST", "/events/{event}/startwebrtcstream", stream.start_webrtc),
    Route("POST", "/events/{event}/stopwebrtcstream", stream.stop_webrtc),
    Route("GET", "/chat/{event}", chat.list_messages),
    Route("POST", "/chat/{event}", chat.post_message),
    Route("PATCH", "/chat/{event}/{message}", chat.patch_message),
    Route("GET", "/analytics/{event}/overall", analytics.overall),
    Route("GET", "/analytics/{event}/timeseries", analytics.timeseries),
    Route("GET", "/analytics/{event}/breakdown", analytics.breakdown),
    Route("GET", "/analytics/{event}/views", analytics.views),
    Route("GET", "/analytics/{event}/viewers", analytics.viewer_missing),
    Route("GET", "/analytics/{event}/viewers/{viewer}", analytics.viewer),
    Route("GET", "/videos", videos.list_videos),
    Route("POST", "/videos", videos.create_video),
    Route("POST", "/videos/upload", videos.new_upload),
    Route("GET", "/videos/upload/{upload}", videos.upload_status),
    Route("GET", "/videos/{video}", videos.one_video),
    Route("PATCH", "/videos/{video}", videos.patch_video),
    Route("DELETE", "/videos/{video}", videos.delete_video),
    Route("GET", "/videos/{video}/master", videos.master),
    Route("GET", "/client/{client}", channel.details),
    Route("GET", "/client/{client}/image", channel.logo),
    Route("POST", "/client/{client}/image", channel.new_logo),
    Route("GET", "/client/{client}/usage", channel.usage),
    Route("GET", "/client/{client}/connections", channel.client_connections),
    Route("POST", "/client/{client}/connections", channel.add_connection),
    Route("DELETE", "/client/{client}/connections", channel.remove_connection),
    Route("GET", "/user/{session}/connections", channel.user_connections),
    Route("POST", "/user/{session}/connections", channel.accept_connection),
    Route("DELETE", "/user/{session}/connections", channel.remove_connection),
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
