"""The pages: dashboard, the speaker's screen, overlays, and the files they are made of. They hold no data and need no token.

Files are read once, at the start, and looked up by name: no path is ever joined with what a caller wrote.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from importlib import resources

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.control.refusal import ApiError

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGES = {
    "/": "index.html",
    "/stage": "stage.html",
    "/overlay/poll": "overlay_poll.html",
    "/overlay/question": "overlay_question.html",
}


def add_pages(app: web.Application) -> None:
    """Routes for everything that lies in the folder."""
    files = _files()
    for path, name in PAGES.items():
        if name in files:
            app.router.add_get(path, _file(files, name), allow_head=False)
    app.router.add_get("/static/{name}", _file(files), allow_head=False)


def _files() -> Mapping[str, bytes]:
    folder = resources.files("bot.control").joinpath("dashboard")
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()} if folder.is_dir() else {}


def _file(files: Mapping[str, bytes], page: str = "") -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        name = page or request.match_info["name"]
        if name not in files or (not page and name.endswith(".html")):
            raise ApiError(404, "there is no such file")
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        told = {"Content-Type": f"{kind}; charset=utf-8" if kind.startswith("text/") else kind, "Content-Security-Policy": CSP}
        return web.Response(body=files[name], headers=told)

    return handle
