"""What the typed calls have in common: write the call, send it, take the envelope off, decode. One shape of answer, one method."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, TypeVar

from bot.domain.errors import BadAnswer, Unclear
from bot.platform_api.beestreamed.assets import Changed, Made
from bot.platform_api.beestreamed.calls import Writing
from bot.platform_api.beestreamed.rows import Rows, decode_rows, first_of, unwrapped
from bot.platform_api.beestreamed.walking import walk
from bot.platform_api.call import Call
from bot.platform_api.http import Transport
from bot.platform_api.oddities import BadRow, Oddities, Row
from bot.platform_api.redact import secrets_in
from bot.platform_api.scalars import ref, text, whole

T = TypeVar("T")
Method = Literal["GET", "POST", "PATCH", "DELETE"]
PAGE = 100


class Sending:
    """Base of the groups of typed calls."""

    def __init__(self, transport: Transport, writing: Writing, oddities: Oddities) -> None:
        self._transport = transport
        self._writing = writing
        self._oddities = oddities

    def _call(self, method: Method, name: str, given: Mapping[str, Any] | None, refs: Mapping[str, Any]) -> Call:
        if method == "GET":
            return self._writing.get(name, given, kind="control", **refs)
        if method == "DELETE":
            return self._writing.remove(name, given, **refs)
        return self._writing.change(method, name, given, **refs)

    async def _payload(self, method: Method, name: str, given: Mapping[str, Any] | None, **refs: Any) -> Any:
        """The answer without its envelope; secrets in it are hidden from every text from now on."""
        answer = await self._transport.send(self._call(method, name, given, refs))
        self._transport.redactor.learn(secrets_in(answer.payload))
        return unwrapped(answer.payload)

    async def _object(
        self, method: Method, name: str, given: Mapping[str, Any] | None, decode: Callable[[Row], T], **refs: Any
    ) -> T:
        """One object. What is missing in the answer to a write is unclear: it was made, and we do not know its name."""
        found = await self._payload(method, name, given, **refs)
        problem = "no object" if not isinstance(found, Mapping) else ""
        try:
            return decode(found if isinstance(found, Mapping) else {})
        except BadRow as reason:
            error = BadAnswer if method == "GET" else Unclear
            raise error(f"{method} {name}: {problem or reason}") from None

    async def _list(self, name: str, decode: Callable[[Row], T], what: str, **refs: Any) -> Sequence[T]:
        answer = await self._transport.send(self._writing.get(name, kind="control", **refs))
        return decode_rows(answer.payload, decode, what, self._oddities).good

    async def _pages(
        self, name: str, query: Mapping[str, Any], decode: Callable[[Row], T], what: str, key: Callable[[T], str], **refs: Any
    ) -> Sequence[T]:
        async def fetch(page: int) -> Rows[T]:
            asked = {"maxResults": PAGE, "page": page if page > 1 else None, **query}
            answer = await self._transport.send(self._writing.get(name, asked, kind="control", **refs))
            return decode_rows(answer.payload, decode, what, self._oddities)

        return [row async for rows in walk(fetch, key, most=1000, what=what) for row in rows]

    async def _link(self, name: str, query: Mapping[str, Any] | None = None, **refs: Any) -> str:
        found = await self._payload("GET", name, query, **refs)
        link = text(found.get("signed_url"), 4096) if isinstance(found, Mapping) else ""
        if not link:
            raise BadAnswer(f"GET {name}: the answer holds no link")
        return link

    async def _made(self, method: Method, name: str, body: Mapping[str, Any], refs_in: tuple[str, ...], **refs: Any) -> Made:
        found = await self._payload(method, name, body, **refs)
        row: Row = found if isinstance(found, Mapping) else {}
        made = ref(first_of(row, refs_in))
        if not made:
            raise Unclear(f"{method} {name}: it was made, but the answer does not say its ref")
        return Made(made, text(row.get("message"), 500))

    async def _changed(self, method: Method, name: str, body: Mapping[str, Any], **refs: Any) -> Changed:
        return _rows(await self._payload(method, name, body, **refs))

    async def _removed(self, name: str, **refs: Any) -> Changed:
        return _rows(await self._payload("DELETE", name, None, **refs))

    async def _noted(self, method: Method, name: str, body: Mapping[str, Any] | None, **refs: Any) -> str:
        found = await self._payload(method, name, body, **refs)
        return text(found.get("message"), 500) if isinstance(found, Mapping) else ""


def _rows(found: Any) -> Changed:
    row: Row = found if isinstance(found, Mapping) else {}
    return Changed(whole(first_of(row, ("rows", "updated_rows"))), text(row.get("message"), 500))
