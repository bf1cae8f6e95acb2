from aiohttp import web

from services.api.accounts.auth.models import Caller, Scope, Viewer
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Endpoint
from services.api.funnels.models import (
    FunnelList,
    FunnelNameTakenError,
    FunnelNotFoundError,
    FunnelView,
    NewFunnel,
    TooManyFunnelsError,
    UnknownGoalError,
)
from services.api.funnels.service import FunnelRepository, FunnelService
from services.api.goals.routes import GOALS
from services.api.openapi.tags import Tag
from services.api.operations.audit.models import SUBJECT
from services.api.sites.models import SiteNotFoundError
from services.api.sites.routes import SITES

FUNNELS = web.AppKey("funnels", FunnelService)


def setup(app: web.Application, deps: Dependencies) -> None:
    app[FUNNELS] = FunnelService(FunnelRepository(deps.pool), app[GOALS], deps.clock, deps.random)


async def list_funnels(request: web.Request, viewer: Viewer) -> FunnelList:
    """List the funnels of a site.

    Available to all users who can see the site's reports.
    """
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    return FunnelList(funnels=tuple(FunnelView.of(funnel) for funnel in await request.app[FUNNELS].of_site(site)))


async def create_funnel(request: web.Request, caller: Caller, body: NewFunnel) -> FunnelView:
    """Create a funnel.

    A funnel has two to eight steps. It also counts for the past.
    """
    site = await request.app[SITES].get(caller, request.match_info["name"])
    funnel = await request.app[FUNNELS].create(site, body)
    request[SUBJECT] = f"{site.name}/{funnel.id}"
    return FunnelView.of(funnel)


async def get_funnel(request: web.Request, viewer: Viewer) -> FunnelView:
    """Get a funnel and its steps."""
    site = await request.app[SITES].view(viewer, request.match_info["name"])
    return FunnelView.of(await request.app[FUNNELS].get(site, request.match_info["id"]))


async def replace_funnel(request: web.Request, caller: Caller, body: NewFunnel) -> FunnelView:
    """Replace a funnel."""
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return FunnelView.of(await request.app[FUNNELS].replace(site, request.match_info["id"], body))


async def delete_funnel(request: web.Request, caller: Caller) -> None:
    """Delete a funnel.

    Its goals and the recorded visits and events stay.
    """
    site = await request.app[SITES].get(caller, request.match_info["name"])
    await request.app[FUNNELS].delete(site, request.match_info["id"])


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/funnels",
        list_funnels,
        Access.VIEWER,
        tag=Tag.FUNNELS,
        operation_id="listFunnels",
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError,),
    ),
    Endpoint(
        "POST",
        "/api/v1/sites/{name}/funnels",
        create_funnel,
        tag=Tag.FUNNELS,
        operation_id="createFunnel",
        status=201,
        audit="funnel.create",
        raises=(SiteNotFoundError, FunnelNameTakenError, TooManyFunnelsError, UnknownGoalError),
    ),
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/funnels/{id}",
        get_funnel,
        Access.VIEWER,
        tag=Tag.FUNNELS,
        operation_id="getFunnel",
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError, FunnelNotFoundError),
    ),
    Endpoint(
        "PUT",
        "/api/v1/sites/{name}/funnels/{id}",
        replace_funnel,
        tag=Tag.FUNNELS,
        operation_id="replaceFunnel",
        audit="funnel.update",
        raises=(SiteNotFoundError, FunnelNotFoundError, FunnelNameTakenError, UnknownGoalError),
    ),
    Endpoint(
        "DELETE",
        "/api/v1/sites/{name}/funnels/{id}",
        delete_funnel,
        tag=Tag.FUNNELS,
        operation_id="deleteFunnel",
        status=204,
        audit="funnel.delete",
        raises=(SiteNotFoundError, FunnelNotFoundError),
    ),
)
