"""Endpoints that log in, refresh tokens and log out; a browser can keep the refresh token in a cookie."""

from datetime import timedelta

from aiohttp import web

from common.client import ClientAddress
from common.text import clean_text
from services.api.accounts.api_keys.routes import API_KEYS
from services.api.accounts.auth.models import (
    Caller,
    Credentials,
    ForbiddenError,
    InvalidCodeError,
    InvalidCredentialsError,
    InvalidRefreshTokenError,
    RefreshRequest,
    SecondFactorRequiredError,
    TokenPair,
    TooManyAttemptsError,
)
from services.api.accounts.auth.refresh_tokens import IssuedTokens, RefreshTokens
from services.api.accounts.auth.service import ActiveUserRepository, AuthService, LoginClient
from services.api.accounts.auth.tokens import AccessTokens
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Cookie, Endpoint, Reply
from services.api.openapi.tags import Tag
from services.api.operations.audit.models import ACTOR

AUTH = web.AppKey("auth", AuthService)
CLIENTS = web.AppKey("clients", ClientAddress)

REFRESH_COOKIE = "uv_refresh"
_COOKIE_PATH = "/api/v1/auth"
_MAX_USER_AGENT = 200
"""Characters of a ``User-Agent`` that are stored."""


def setup(app: web.Application, deps: Dependencies) -> None:
    api = deps.settings.api
    access_tokens = AccessTokens(deps.keyring, timedelta(minutes=api.access_token_minutes), deps.clock, deps.random)
    lifetime = timedelta(days=api.refresh_token_days)
    app[AUTH] = AuthService(
        ActiveUserRepository(deps.pool),
        RefreshTokens(deps.pool, access_tokens, lifetime, deps.clock, deps.random),
        access_tokens,
        deps.passwords,
        deps.throttle,
        app[API_KEYS].caller,
        deps.clock,
    )


async def log_in(request: web.Request, body: Credentials) -> Reply[TokenPair]:
    """Log in with a password.

    If the password is correct and the account has a second factor, the response is 401 `second-factor-required`: send
    the same request again with `code`.
    """
    if body.cookie and not _is_same_origin(request):
        # Otherwise another site could log its visitors in to an account of its own.
        raise ForbiddenError("pages of another origin cannot get a cookie")
    client = LoginClient(
        request.app[CLIENTS].ip(request), clean_text(request.headers.get("User-Agent", ""), _MAX_USER_AGENT)
    )
    issued = await request.app[AUTH].log_in(body, client)
    request[ACTOR] = issued.caller
    return _reply(request, issued, as_cookie=body.cookie)


async def refresh(request: web.Request, body: RefreshRequest | None) -> Reply[TokenPair]:
    """Exchange a refresh token for new tokens.

    A refresh token works once. If it is used a second time, the whole session ends.
    """
    token = body.refresh_token if body else None
    cookie = None if token else _token_from_cookie(request)
    if not (token or cookie):
        raise InvalidRefreshTokenError("send the refresh token in the body or in the cookie")
    issued = await request.app[AUTH].refresh_tokens.rotate(token or cookie or "")
    return _reply(request, issued, as_cookie=token is None)


async def log_out(request: web.Request, body: RefreshRequest | None) -> Reply[None]:
    """End the session of a refresh token.

    Its access tokens are revoked too. An invalid token is not an error.
    """
    token = (body.refresh_token if body else None) or _token_from_cookie(request)
    caller = await request.app[AUTH].refresh_tokens.revoke(token) if token else None
    if caller:
        request[ACTOR] = caller
    return Reply(None, (_refresh_cookie(request, "", timedelta(0)),) if _is_same_origin(request) else ())


async def authenticate(request: web.Request) -> Caller:
    return await request.app[AUTH].authenticate(request.headers.get("Authorization"))


def _reply(request: web.Request, issued: IssuedTokens, *, as_cookie: bool) -> Reply[TokenPair]:
    auth = request.app[AUTH]
    pair = TokenPair(
        access_token=issued.access_token,
        refresh_token=None if as_cookie else issued.refresh_token,
        expires_in=auth.access_token_seconds,
    )
    cookie = _refresh_cookie(request, issued.refresh_token, auth.refresh_tokens.lifetime)
    return Reply(pair, (cookie,) if as_cookie else ())


def _refresh_cookie(request: web.Request, token: str, lifetime: timedelta) -> Cookie:
    """Return the cookie for the dashboard: no script can read it, and no other site can send it."""
    # Browsers drop a Secure cookie that arrives without HTTPS.
    secure = request.app[CLIENTS].is_https(request)
    return Cookie(REFRESH_COOKIE, token, _COOKIE_PATH, int(lifetime.total_seconds()), secure)


def _token_from_cookie(request: web.Request) -> str | None:
    """Return the refresh token, unless a page of another origin sent it."""
    return request.cookies.get(REFRESH_COOKIE) if _is_same_origin(request) else None


def _is_same_origin(request: web.Request) -> bool:
    """False for a page of another origin.

    SameSite=Strict keeps other sites out, but not sibling subdomains; ``Sec-Fetch-Site`` identifies those. Without
    HTTPS browsers do not send it; then the host in ``Origin`` must be the one of the request.
    """
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2].lower() == request.host.lower()


ENDPOINTS = (
    Endpoint(
        "POST",
        "/api/v1/auth/token",
        log_in,
        Access.PUBLIC,
        tag=Tag.ACCOUNTS,
        operation_id="logIn",
        audit="login",
        raises=(
            InvalidCredentialsError,
            SecondFactorRequiredError,
            InvalidCodeError,
            TooManyAttemptsError,
            ForbiddenError,
        ),
    ),
    Endpoint(
        "POST",
        "/api/v1/auth/refresh",
        refresh,
        Access.PUBLIC,
        tag=Tag.ACCOUNTS,
        operation_id="refreshTokens",
        raises=(InvalidRefreshTokenError,),
    ),
    Endpoint(
        "POST",
        "/api/v1/auth/logout",
        log_out,
        Access.PUBLIC,
        tag=Tag.ACCOUNTS,
        operation_id="logOut",
        status=204,
        audit="logout",
    ),
)
