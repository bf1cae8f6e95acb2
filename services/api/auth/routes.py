from aiohttp import web

from services.api.auth.models import Caller, Credentials, RefreshRequest, TokenPair
from services.api.auth.service import AuthService
from services.api.endpoints import Access, Endpoint
from services.api.viewer import Viewer

AUTH = web.AppKey("auth", AuthService)


async def log_in(request: web.Request, body: Credentials) -> TokenPair:
    return await request.app[AUTH].log_in(body.username, body.password)


async def refresh(request: web.Request, body: RefreshRequest) -> TokenPair:
    return await request.app[AUTH].refresh(body.refresh_token)


async def authenticate(request: web.Request) -> Caller:
    return await request.app[AUTH].caller(request.headers.get("Authorization"))


async def identify(request: web.Request) -> Viewer:
    """Who looks: nobody in particular, unless they say who they are. Raises ``UnauthenticatedError``."""
    return Viewer(await authenticate(request)) if "Authorization" in request.headers else Viewer()


ENDPOINTS = (
    Endpoint("POST", "/api/v1/auth/token", log_in, Access.PUBLIC),
    Endpoint("POST", "/api/v1/auth/refresh", refresh, Access.PUBLIC),
)
