"""go_live as a typed call. It is made once per question: whether a second call changes the keys is not documented (G-08)."""

from __future__ import annotations

from urllib.parse import quote

from bot.domain.errors import NoRight, Refused, Unclear
from bot.platform_api.call import Call
from bot.platform_api.golive import wire
from bot.platform_api.golive.values import GoneLive
from bot.platform_api.http import Transport
from bot.platform_api.redact import secrets_in
from bot.platform_api.scalars import REF_LIMIT


class GoLive:
    """One token's sessions."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    async def go_live(self, session: str) -> GoneLive:
        """Raises Refused for a 401 or 403 too: only the host may, and asking again does not make anybody the host (G-02)."""
        if not session or session in (".", "..") or len(session) > REF_LIMIT:
            raise Refused(f"'{session[:40]}' cannot be the id of a session")
        call = Call("POST go_live", "POST", f"/sessions/{quote(session, safe='')}/go_live", kind="act", priority=0)
        try:
            answer = await self.transport.send(call)
        except NoRight as error:
            hint = "only the session's host may go live; use a token of the host"
            raise Refused(f"{error}; {hint}", status=error.status, code=error.code) from None
        self.transport.redactor.learn(secrets_in(answer.payload))
        refused = wire.refusal(answer.payload)
        if refused is not None:
            said, code = refused
            raise Refused(self.transport.redactor.text(f"{call.name}: {said}"), status=answer.status, code=code)
        found = wire.gone_live(answer.payload)
        if found.session.id and found.session.id.casefold() != session.casefold():
            raise Unclear(f"{call.name}: the answer speaks of another session; look at the platform")
        return found
