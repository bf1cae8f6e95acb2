from datetime import timedelta

from aiohttp import web

from common.client import ClientAddress
from common.text import clean_text
from services.api.accounts.api_keys.routes import KEYS
from services.api.accounts.auth.cookies import is_own_page, no_cookie, refresh_cookie, token_of_cookie
from services.api.accounts.auth.errors import (
    ForbiddenError,
    InvalidCodeError,
    InvalidCredentialsError,
    InvalidRefreshTokenError,
    SecondFactorNeededError,
    TooManyAttemptsError,
)
from services.api.accounts.auth.models import Caller, Credentials, RefreshRequest, TokenPair
from services.api.accounts.auth.repository import RefreshTokenRepository, UserRepository
from services.api.accounts.auth.service import AuthService, Login, Origin
from services.api.accounts.auth.tokens import AccessTokens
from services.api.dependencies import Dependencies
from services.api.endpoints import Access, Cookie, Endpoint, Reply
from services.api.openapi.tags import Tag
from services.api.operations.audit.entries import ACTOR

AUTH = web.AppKey("auth", AuthService)
CLIENTS = web.AppKey("clients", ClientAddress)

_MAX_CLIENT = 200
"""Characters of a ``User-Agent`` that are kept."""


def setup(app: web.Application, deps: Dependencies) -> None:
    life = timedelta(minutes=deps.settings.api.access_token_minutes)
    app[AUTH] = AuthService(
        UserRepository(deps.pool),
        RefreshTokenRepository(deps.pool),
        AccessTokens(deps.keyring, life, deps.clock, deps.random),
        deps.passwords,
        deps.backoff,
        app[KEYS].caller,
        timedelta(days=deps.settings.api.refresh_token_days),
        deps.clock,
        deps.random,
    )


async def log_in(request: web.Request, body: Credentials) -> Reply[TokenPair]:
    """Log in with a password.

    If the password is correct and the account has a second factor, the response is 401 `second-factor-required`: send
    the same request again with `code`.
    """
    if body.cookie and not is_own_page(request):
        # It would log whoever looks at that page in as somebody else.
        raise ForbiddenError("a page of another origin is given no cookie")
    login = await request.app[AUTH].log_in(body, _origin(request))
    request[ACTOR] = login.caller
    return _reply(request, login, as_cookie=body.cookie)


async def refresh(request: web.Request, body: RefreshRequest | None) -> Reply[TokenPair]:
    """Exchange a refresh token for new tokens.

    A refresh token works once. If it is used a second time, the whole session ends.
    """
    token = body.refresh_token if body else None
    cookie = None if token else token_of_cookie(request)
    if not (token or cookie):
        raise InvalidRefreshTokenError("there is no refresh token, neither in the body nor in the cookie")
    login = await request.app[AUTH].refresh(token or cookie or "")
    return _reply(request, login, as_cookie=token is None)


async def log_out(request: web.Request, body: RefreshRequest | None) -> Reply[None]:
    """End the session of a refresh token.

    Its access tokens are revoked too. An invalid token is not an error.
    """
    token = (body.refresh_token if body else None) or token_of_cookie(request)
    caller = await request.app[AUTH].log_out(token) if token else None
    if caller:
        request[ACTOR] = caller
    return Reply(None, (no_cookie(secure=_is_https(request)),) if is_own_page(request) else ())


async def authenticate(request: web.Request) -> Caller:
    return await request.app[AUTH].caller(request.headers.get("Authorization"))


def _reply(request: web.Request, login: Login, *, as_cookie: bool) -> Reply[TokenPair]:
    auth = request.app[AUTH]
    cookies: tuple[Cookie, ...] = ()
    if as_cookie:
        cookies = (refresh_cookie(login.refresh_token, auth.refresh_life, secure=_is_https(request)),)
    pair = TokenPair(
        access_token=login.access_token,
        refresh_token=None if as_cookie else login.refresh_token,
        expires_in=auth.access_seconds,
    )
    return Reply(pair, cookies)


def _origin(request: web.Request) -> Origin:
    return Origin(request.app[CLIENTS].ip(request), clean_text(request.headers.get("User-Agent", ""), _MAX_CLIENT))


def _is_https(request: web.Request) -> bool:
    return request.app[CLIENTS].is_https(request)


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
            SecondFactorNeededError,
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
