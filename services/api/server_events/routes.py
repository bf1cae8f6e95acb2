from aiohttp import web

from common.salts import SaltStore
from common.streams import StreamReader, StreamWriter
from services.api.accounts.auth.models import Caller, Scope
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint
from services.api.http.errors import StreamsUnavailableError
from services.api.openapi.tags import Tag
from services.api.server_events.models import (
    MAX_BYTES,
    BacklogError,
    PastEvent,
    PastEventsBody,
    ServerEvent,
    ServerEventsBody,
    ServerEventsResponse,
)
from services.api.server_events.service import ServerEventService
from services.api.sites.models import SiteNotFoundError
from services.api.sites.routes import SITES

EVENTS = web.AppKey("server_events", ServerEventService)
_RAISES = (SiteNotFoundError, BacklogError, StreamsUnavailableError)


def setup(app: web.Application, deps: Dependencies) -> None:
    writer, reader = StreamWriter(deps.streams), StreamReader(deps.streams)
    app[EVENTS] = ServerEventService(writer, reader, SaltStore(deps.redis), deps.shards, deps.clock, deps.random)


async def import_events(request: web.Request, caller: Caller, body: PastEventsBody) -> ServerEventsResponse:
    """Import past events.

    For example, from the access log of a web server. Sending the same events again does not store them twice.
    """
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return await request.app[EVENTS].accept(site, PastEvent, body.events)


async def send_events(request: web.Request, caller: Caller, body: ServerEventsBody) -> ServerEventsResponse:
    """Send events from a server.

    For events that no browser reports. The client states the time, IP address and user agent of each event. Every event
    that is not rejected is durable when this responds.
    """
    site = await request.app[SITES].get(caller, body.site)
    return await request.app[EVENTS].accept(site, ServerEvent, body.events)


ENDPOINTS = (
    Endpoint(
        "POST",
        "/api/v1/sites/{name}/events/import",
        import_events,
        Access.ADMIN,
        tag=Tag.SERVER_EVENTS,
        operation_id="importEvents",
        status=202,
        max_body=MAX_BYTES,
        raises=_RAISES,
    ),
    Endpoint(
        "POST",
        "/api/v1/events",
        send_events,
        tag=Tag.SERVER_EVENTS,
        operation_id="sendEvents",
        scope=Scope.WRITE_EVENTS,
        status=202,
        max_body=MAX_BYTES,
        raises=_RAISES,
    ),
)
