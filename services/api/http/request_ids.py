"""A name for every request, in its answer, its log lines and the audit log."""

import re

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from common.clock import Clock
from common.ids import as_uuid, uuid7
from common.salts import Randomness

HEADER = "X-Request-Id"
REQUEST_ID = web.RequestKey("request_id", str)
_GIVEN = re.compile(r"[A-Za-z0-9._-]{1,64}")


def request_id_middleware(clock: Clock, random: Randomness) -> Middleware:
    """Takes the caller's id, if it can be one, so that a gateway's logs and ours can be read together."""

    @web.middleware
    async def name(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get(HEADER, "")
        request_id = given if _GIVEN.fullmatch(given) else as_uuid(uuid7(clock(), random(10))).hex
        request[REQUEST_ID] = request_id
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            return await handler(request)

    return name
