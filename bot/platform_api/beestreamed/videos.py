"""Videos as typed calls. The bot makes none of them by itself."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.errors import BadAnswer
from bot.platform_api.beestreamed import wire_assets
from bot.platform_api.beestreamed.assets import Changed, Made, Upload, Video
from bot.platform_api.beestreamed.sending import Sending
from bot.platform_api.scalars import text


class Videos(Sending):
    """Over one transport."""

    async def videos(self, *, search: str = "", since: str = "", until: str = "") -> Sequence[Video]:
        """`GET /videos`, every page. `since` and `until` bound the creation date; their format is not documented (B-12)."""
        query = {"search": search or None, "startDateFrom": since or None, "startDateTo": until or None}
        return await self._pages("videos", query, wire_assets.video, "video", lambda one: one.ref)

    async def video(self, video: str) -> Video:
        """`GET /videos/{video}`."""
        return await self._object("GET", "video", None, wire_assets.video, video=video)

    async def create(self, title: str, asset: str) -> Made:
        """`POST /videos`: of a Mux asset."""
        return await self._made("POST", "videos", {"title": title, "asset_id": asset}, ("video_ref",))

    async def change(self, video: str, *, title: str | None = None, event: str | None = None) -> Changed:
        """`PATCH /videos/{video}`: `event` links it to an event, "" unlinks it."""
        body = {key: value for key, value in (("title", title), ("event_ref", event)) if value is not None}
        return await self._changed("PATCH", "video", body, video=video)

    async def delete(self, video: str) -> Changed:
        """`DELETE /videos/{video}`: it stays listed, unwatchable, until its delivery is counted."""
        return await self._removed("video", video=video)

    async def new_upload(self, seconds: int) -> Upload:
        """`POST /videos/upload`; one that runs already is answered instead, without a place for the file (B-44)."""
        return await self._object("POST", "video_upload", {"duration": seconds}, wire_assets.upload)

    async def upload(self, upload: str) -> Upload:
        """`GET /videos/upload/{upload}`."""
        return await self._object("GET", "video_upload_status", None, wire_assets.upload, upload=upload)

    async def master(self, video: str) -> str:
        """`GET /videos/{video}/master`: a link to the file, "" while it is being prepared. Secret."""
        found = await self._payload("GET", "video_master", None, video=video)
        if not isinstance(found, str):
            raise BadAnswer("GET video_master: a text was expected")
        link = text(found, 4096).strip()
        self._transport.redactor.learn((link,) if link != "preparing" else ())
        return "" if link == "preparing" else link
