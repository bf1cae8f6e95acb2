"""Every route of the collector, apart from those that all services have."""

from collections.abc import Sequence

from aiohttp import web

from common.process import Handler
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


def fast_lane(door: Door, others: Handler) -> Handler:
    """Brings ``POST /collect`` to its handler without a look at the other routes; see ``benchmarks/collector.py``."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        if request.raw_path == "/collect" and request.method == "POST":
            return await door.collect(request)
        return await others(request)

    return handle
