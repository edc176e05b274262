"""Calling another program: one HTTP POST of JSON to an address that a rule file names. Never repeated by itself."""

from __future__ import annotations

from collections.abc import Sequence

import aiohttp

from bot.domain.actions import Action, CallWebhook
from bot.domain.errors import NotSent, Refused, Unclear
from bot.ports import Applied

_TIME = aiohttp.ClientTimeout(total=10, connect=3)


class WebhookCaller:
    """Performs CallWebhook."""

    async def perform(self, event: str, action: Action) -> Applied:
        """Raises NotSent, Unclear or Refused; redirects are not followed."""
        if not isinstance(action, CallWebhook):
            raise Refused(f"a webhook cannot do '{action.kind}'")
        if not action.url.startswith(("https://", "http://")):
            raise Refused(f"a webhook needs an http(s) address, not '{action.url}'")
        try:
            async with aiohttp.ClientSession(timeout=_TIME) as session, self._post(session, event, action) as answer:
                status = answer.status
        except (aiohttp.ClientConnectorError, aiohttp.InvalidURL) as error:
            raise NotSent(f"the webhook could not be reached: {error}") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unclear(f"the webhook gave no answer: {error or type(error).__name__}") from None
        if status >= 300:
            raise Refused(f"the webhook answered {status}", status=status)
        return Applied(result={"status": status})

    def _post(self, session: aiohttp.ClientSession, event: str, action: CallWebhook) -> aiohttp.client._RequestContextManager:
        return session.post(action.url, json={"event": event, **action.body}, allow_redirects=False)

    async def look_for(self, event: str, action: Action, since: float, known: Sequence[str]) -> Sequence[str]:
        """Other programs cannot be asked."""
        return ()
