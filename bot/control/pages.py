"""The pages that people look at: the moderators' desk, the speaker's screen, the overlays, and the files they are made of.

Nothing here is secret and nothing needs a token: the pages ask the API for everything, and the API asks who is there. Only the
files listed at the start are ever served, by their exact names; no path is joined with anything that came over the wire.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from importlib import resources

from aiohttp import web

from bot.control.refusal import ApiError

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
"""No inline script or style, nothing from elsewhere, no text that becomes code (reliability 2-H, G5)."""
HEADERS = {
    "Content-Security-Policy": CSP,
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
PAGES: Mapping[str, str] = {
    "/": "index.html",
    "/stage": "stage.html",
    "/overlay/poll": "overlay_poll.html",
    "/overlay/question": "overlay_question.html",
    "/favicon.ico": "icon.svg",
}
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Page:
    """One file, read once. `tag` is its ETag: a reload costs one small answer, an upgrade shows at once."""

    kind: str
    body: bytes
    tag: str


def read_pages() -> dict[str, Page]:
    """All files of the dashboard, by name."""
    found: dict[str, Page] = {}
    for file in resources.files("bot.control").joinpath("dashboard").iterdir():
        kind = KINDS.get("." + file.name.rpartition(".")[2])
        if kind is not None:
            body = file.read_bytes()
            found[file.name] = Page(kind, body, f'"{hashlib.sha256(body).hexdigest()[:20]}"')
    return found


def add_pages(app: web.Application) -> None:
    """Adds the routes of all pages and their files."""
    pages = read_pages()
    for path, name in PAGES.items():
        app.router.add_get(path, _always(pages[name]), allow_head=False)
    app.router.add_get("/static/{name}", _by_name(pages), allow_head=False)


def _always(page: Page) -> _Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        return _answer(request, page)

    return handle


def _by_name(pages: Mapping[str, Page]) -> _Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        page = pages.get(request.match_info["name"])
        if page is None:
            raise ApiError(404, "there is no such file")
        return _answer(request, page)

    return handle


def _answer(request: web.Request, page: Page) -> web.Response:
    headers = HEADERS | {"ETag": page.tag}
    if request.headers.get("If-None-Match") == page.tag:
        return web.Response(status=304, headers=headers)
    return web.Response(body=page.body, headers=headers | {"Content-Type": page.kind})
