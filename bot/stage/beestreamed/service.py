"""BeeStreamed as a whole: a call in, an answer out. Pure but for its world."""

from __future__ import annotations

from collections.abc import Mapping

from bot.stage.beestreamed.hooks import envelope
from bot.stage.beestreamed.rights import token_of
from bot.stage.beestreamed.table import BY_PATHS
from bot.stage.beestreamed.world import News, Refused, World
from bot.stage.webhooks import Courier
from bot.stage.wire import Answer, Call, error


class BeeStreamed:
    """The platform behind the wire. Other platforms of the stage offer the same three calls."""

    def __init__(self, world: World, courier: Courier) -> None:
        self.world = world
        self._courier = courier
        world.listen(self._hook)

    def who(self, headers: Mapping[str, str]) -> str:
        """The token's id, empty where the header proves none."""
        return token_of(headers.get("Authorization", ""), self.world)

    def kind(self, call: Call) -> str:
        """Method and path template, to group calls by."""
        found = BY_PATHS[self.world.switches.b15_paths].find(call.method, call.path)
        return f"{call.method} {found[0].template}" if found else f"{call.method} ?"

    def apply(self, call: Call) -> Answer:
        """Does what the call wants; what the platform refuses is an answer too."""
        routes = BY_PATHS[self.world.switches.b15_paths]
        found = routes.find(call.method, call.path)
        if found is None:
            return error(405, "Method not allowed.") if routes.methods(call.path) else error(404, "Not found.", "not_found")
        route, taken = found
        try:
            return route.answer(self.world, call, *taken)
        except Refused as refused:
            return error(refused.status, refused.text, refused.word)

    def _hook(self, news: News) -> None:
        self._courier.news(envelope(self.world, news, self._courier.new_id()), news.client_ref)
