"""The stage: a stand-in for the platform over real HTTP, with every ambiguity of its documents and every fault as a switch.

In a test: `stage = Stage(clock)`, `await stage.start()`, `stage.url`, `await stage.stop()`; as a process of its own: `python -m
bot.stage`. It shares no code with the bot, so that a misunderstanding cannot hide on both sides of the wire. It leaves out TLS.
"""

from __future__ import annotations

from aiohttp import web

from bot.stage.admin import Admin
from bot.stage.beestreamed.service import BeeStreamed
from bot.stage.beestreamed.world import World
from bot.stage.door import Door
from bot.stage.exchange import Exchange
from bot.stage.faults import FaultDesk, Faults, check_rates
from bot.stage.livestreams.service import platforms
from bot.stage.livestreams.world import LivestreamWorld
from bot.stage.parts import Parts
from bot.stage.switches import Switches
from bot.stage.timing import StageClock
from bot.stage.webhooks import Courier

TOKEN_ID = "stage-id"  # noqa: S105 - the stand-in's own invented token
SECRET_KEY = "stage-fake-secret"  # noqa: S105 - the stand-in's own invented token
CHANNEL = "stage-channel"


class Stage:
    """One platform with one account to begin with (TOKEN_ID, SECRET_KEY, channel CHANNEL); more come through `world.account`.

    The livestream platforms stand under `/realtimekit`, `/dyte`, `/accelevents` and `/golive`; livestreams/world has their tokens.
    """

    def __init__(self, clock: StageClock, switches: Switches | None = None, faults: Faults | None = None, seed: int = 0) -> None:
        wanted = faults or Faults()
        check_rates(wanted)
        self.parts = Parts(clock, switches or Switches(), FaultDesk(wanted, seed))
        self.world = World(clock, self.parts.switches, seed)
        self.courier = Courier(clock, seed)
        self.livestreams = LivestreamWorld(clock, self.parts.switches, seed)
        self.door = Door(self.world, self.courier, self.parts, self.livestreams)
        self.url = ""
        self._exchanges = {"": Exchange(self.parts, BeeStreamed(self.world, self.courier))}
        for kind, platform in platforms(self.livestreams).items():
            self._exchanges[f"/{kind}"] = Exchange(self.parts, platform, f"/{kind}")
        self._runner: web.AppRunner | None = None
        self.world.late_rows = self.parts.desk.late_row
        self.world.account(TOKEN_ID, SECRET_KEY, CHANNEL)
        self.door.spread()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listens (port 0 = any free one) and returns the URL; OSError where the port is taken."""
        app = web.Application(client_max_size=4 * 1024 * 1024)
        Admin(self.door).add_to(app)
        for prefix, exchange in sorted(self._exchanges.items(), reverse=True):
            app.router.add_route("*", prefix + "/{path:.*}", exchange.serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port, backlog=1024).start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        await self.courier.open()
        self.url = f"http://{host}:{runner.addresses[0][1]}"
        return self.url

    async def stop(self) -> None:
        """Stops listening and drops what was on its way."""
        self.parts.stopping.set()
        await self.courier.close()
        for exchange in self._exchanges.values():
            await exchange.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None
