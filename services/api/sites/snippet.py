"""The tracking snippet of a site."""

from aiohttp import web

from common.snippet import noscript_tag, script_tag
from services.api.accounts.auth.models import Caller, Scope
from services.api.endpoints import Endpoint
from services.api.http.models import ResponseModel
from services.api.openapi.tags import Tag
from services.api.pages.files import collector_url
from services.api.pages.routes import SETTINGS
from services.api.sites.models import SiteNotFoundError
from services.api.sites.routes import SITES


class Snippet(ResponseModel):
    collector: str
    """URL of the collector, to which the pages send beacons."""
    html: str
    """The script tag, for the head of every page."""
    noscript: str
    """An image that counts visits in browsers without scripts; place it next to the script."""

    @classmethod
    def of(cls, collector: str, site: str) -> "Snippet":
        return cls(collector=collector, html=script_tag(collector, site), noscript=noscript_tag(collector, site))


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
