"""The minimum cost of an aiohttp collector: a handler that only reads the body and returns 202.

``python -m benchmarks.bare PORT``. Served exactly as the services are.
"""

import sys

import uvloop
from aiohttp import web

from common.process import serve_app


async def accept(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(status=202)


def create_app() -> web.Application:
    app = web.Application()
    app.router.add_post("/collect", accept)
    return app


if __name__ == "__main__":
    uvloop.run(serve_app(create_app(), "127.0.0.1", int(sys.argv[1])))
