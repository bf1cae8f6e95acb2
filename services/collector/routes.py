"""Every route of the collector, apart from those that all services have."""

from aiohttp import web

from services.collector.handlers import click, collect, pixel, preflight, track
from services.collector.keys import TRACKER


async def tracker(request: web.Request) -> web.Response:
    return request.app[TRACKER].answer(request)


ROUTES = [
    web.post("/collect", collect),
    web.get("/pixel.gif", pixel, allow_head=False),
    web.get("/uv.js", tracker),
    web.post("/track", track),
    web.post("/click", click),
    web.options("/collect", preflight),
    web.options("/track", preflight),
    web.options("/click", preflight),
]
