"""`/videos…`: platforms/beestreamed.md section 7. Nothing is encoded: an upload is done when the door says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.stage.beestreamed.asked import listed, text
from bot.stage.beestreamed.model import Upload, Video
from bot.stage.beestreamed.rights import asking, full
from bot.stage.beestreamed.world import News, Refused, World
from bot.stage.feed import Feed
from bot.stage.timing import printed, understood
from bot.stage.wire import Answer, Call, bare, data, note

_MASTER_SECONDS = 2.0


def list_videos(world: World, call: Call) -> Answer:
    """`GET /videos`: with `row_num`, in an envelope."""
    account = full(world, call)
    feed: Feed[Video] = Feed()
    for video in world.videos.values():
        if video.client_ref == account.client_ref:
            feed.add(video.number, video)

    def row(video: Video) -> dict[str, Any]:
        return _row(world, video)

    return data(listed(world, call, feed, row, only=_wanted(call)), rows=True)


def one_video(world: World, call: Call, ref: str) -> Answer:
    """`GET /videos/{ref}`."""
    return data(_row(world, _video(world, call, ref)))


def create_video(world: World, call: Call) -> Answer:
    """`POST /videos`: out of an asset."""
    account = full(world, call)
    title, asset = text(call, "title"), text(call, "asset_id")
    video = Video(world.number("video"), world.ref(), account.client_ref, title, asset, world.now())
    world.videos[video.ref] = video
    world.tell(News("video.upload.created", account.client_ref, video))
    return note("Video created.", {"video_ref": video.ref}, world.switches.b36_created, with_status=True)


def patch_video(world: World, call: Call, ref: str) -> Answer:
    """`PATCH /videos/{ref}`: title, or the event it belongs to. Its note speaks of an event (B-45)."""
    video = _video(world, call, ref)
    before = (video.title, video.event_ref)
    if "title" in call.fields:
        video.title = str(call.fields["title"])
    if "event_ref" in call.fields:
        video.event_ref = str(call.fields["event_ref"] or "") or None
    changed = before != (video.title, video.event_ref)
    if changed:
        world.tell(News("video.updated", video.client_ref, video, ("video_title", "video_event_ref")))
    return note("Event updated.", {"rows": int(changed)})


def delete_video(world: World, call: Call, ref: str) -> Answer:
    """`DELETE /videos/{ref}`: stays listed, marked."""
    video = _video(world, call, ref)
    changed, video.deleted = not video.deleted, True
    return note("Video deleted.", {"rows": int(changed)})


def new_upload(world: World, call: Call) -> Answer:
    """`POST /videos/upload`: two `data` levels; while one runs, that one's status instead (B-44)."""
    account = full(world, call)
    for upload in world.uploads.values():
        if upload.client_ref == account.client_ref and upload.asset_id is None:
            return _upload_status(upload)
    try:
        duration = int(text(call, "duration"))
    except ValueError:
        raise Refused(422, "duration must be a number.", "invalid_duration") from None
    made = Upload(world.ref(24), account.client_ref, duration, world.now())
    world.uploads[made.ref] = made
    world.tell(News("video.upload.new", account.client_ref, _hooked(made)))
    shown = {**_state(made), "url": f"https://upload.example.test/{made.ref}", "cors_origin": "*"}
    return data({"data": shown}, world.switches.b36_created)


def upload_status(world: World, call: Call, ref: str) -> Answer:
    """`GET /videos/upload/{id}`: no `status` beside `data`."""
    account = full(world, call)
    upload = world.uploads.get(ref)
    if upload is None or upload.client_ref != account.client_ref:
        raise Refused(404, "Upload not found.", "upload_not_found")
    return _upload_status(upload)


def master(world: World, call: Call, ref: str) -> Answer:
    """`GET /videos/{ref}/master`: "preparing" for a while, then a URL."""
    video = _video(world, call, ref, full_key=False)
    now = world.now()
    if video.master_asked is None:
        video.master_asked = now
    ready = now - video.master_asked >= _MASTER_SECONDS
    return data(f"https://media.example.test/{video.ref}.mp4?signature={world.ref(24)}" if ready else "preparing")


def _video(world: World, call: Call, ref: str, full_key: bool = True) -> Video:
    account = full(world, call) if full_key else asking(world, call)
    video = world.videos.get(ref)
    if video is None or video.client_ref != account.client_ref:
        raise Refused(404, "Video not found.", "video_not_found")
    return video


def _row(world: World, video: Video) -> dict[str, Any]:
    coded: dict[str, Any] = {"asset_id": video.asset_id, "playback_id": f"play-{video.ref}"}
    if video.ready:
        details = {"aspect_ratio": "16:9", "frame_rate": 30.0, "resolution": "1920x1080", "resolution_tag": "1080p"}
        coded.update(duration=60.5, details=details)
    return {
        "video_id": video.number,
        "video_ref": video.ref,
        "video_title": video.title,
        "video_client_ref": video.client_ref,
        "video_event_ref": video.event_ref,
        "video_date": printed(video.created + world.skew, world.switches.b12_times),
        "video_deleted": int(video.deleted),
        "video_delete_date": 0,
        "video_delivery_current": 0,
        "video_delivery_next_update": int(video.created) + 86400,
        "video_delivery_paid": 1,
        "video_mux_asset_id": video.asset_id,
        "video_mux_sync": int(video.ready),
        "video_mux_data": coded,
    }


def _state(upload: Upload) -> dict[str, Any]:
    settings = {"playback_policies": ["signed"], "encoding_tier": "baseline", "mp4_support": "none"}
    status = "asset_created" if upload.asset_id else "waiting"
    return {"timeout": 3600, "status": status, "new_asset_settings": settings, "id": upload.ref}


def _upload_status(upload: Upload) -> Answer:
    return bare({"data": {**_state(upload), "asset_id": upload.asset_id}})


def _hooked(upload: Upload) -> dict[str, Any]:
    settings = {"master_access": "none", "mp4_support": "none", "normalize_audio": True}
    inner = {"id": upload.ref, "timeout": 3600, "status": "waiting", "new_asset_settings": settings, "cors_origin": "*"}
    return {
        "upload_ref": upload.ref,
        "upload_title": "",
        "upload_data": {**inner, "url": f"https://upload.example.test/{upload.ref}"},
    }


def _wanted(call: Call) -> Callable[[Video], bool] | None:
    sought = call.query.get("search", "").lower()
    low, high = (understood(call.query.get(name, "")) for name in ("startDateFrom", "startDateTo"))
    if not sought and low is None and high is None:
        return None

    def fits(video: Video) -> bool:
        in_time = (low is None or video.created >= low) and (high is None or video.created <= high)
        return in_time and sought in video.title.lower()

    return fits
