"""Every route of the collector, apart from those that all services have."""

from collections.abc import Sequence

from aiohttp import web

from services.collector.answers import PREFLIGHT
from services.collector.door import Door
from services.collector.tracker_script import TrackerScript


async def _preflight(_request: web.Request) -> web.Response:
    return web.Response(status=204, headers=PREFLIGHT)


def routes(door: Door, tracker: TrackerScript) -> Sequence[web.RouteDef]:
    return [
        web.post("/collect", door.collect),
        web.get("/pixel.gif", door.pixel, allow_head=False),
        web.get("/uv.js", tracker.answer),
        web.post("/track", door.track),
        web.post("/click", door.click),
        *(web.options(path, _preflight) for path in ("/collect", "/track", "/click")),
    ]
