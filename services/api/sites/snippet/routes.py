from aiohttp import web

from services.api.accounts.auth.models import Caller, Scope
from services.api.endpoints import Endpoint
from services.api.openapi.tags import Tag
from services.api.pages.files import collector_url
from services.api.pages.routes import SETTINGS
from services.api.sites.errors import SiteNotFoundError
from services.api.sites.routes import SITES
from services.api.sites.snippet.models import Snippet


async def get_snippet(request: web.Request, caller: Caller) -> Snippet:
    """Get the tracking snippet of a site.

    The HTML to put into the site's pages.
    """
    site = await request.app[SITES].get(caller, request.match_info["name"])
    return Snippet.of(collector_url(request.app[SETTINGS].collector, request.host), site.name)


ENDPOINTS = (
    Endpoint(
        "GET",
        "/api/v1/sites/{name}/snippet",
        get_snippet,
        tag=Tag.SITES,
        operation_id="getSiteSnippet",
        scope=Scope.READ_STATS,
        raises=(SiteNotFoundError,),
    ),
)
