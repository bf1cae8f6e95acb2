"""The refresh token as a cookie, for the dashboard: no script can read it, and no other site can send it."""

from datetime import timedelta

from aiohttp import web

from services.api.endpoints import Cookie

NAME = "uv_refresh"
PATH = "/api/v1/auth"


def refresh_cookie(token: str, life: timedelta, *, secure: bool) -> Cookie:
    """``secure``: whether the browser came by HTTPS. Without it, a Secure cookie would be dropped."""
    return Cookie(NAME, token, PATH, int(life.total_seconds()), secure)


def no_cookie(*, secure: bool) -> Cookie:
    return Cookie(NAME, "", PATH, 0, secure)


def is_own_page(request: web.Request) -> bool:
    """False for a page of another origin.

    SameSite=Strict keeps other sites out; pages of sister domains are of the same site, and say so here. Without HTTPS
    browsers do not send ``Sec-Fetch-Site``; then the host in ``Origin`` must be the one that was asked.
    """
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2].lower() == request.host.lower()


def token_of_cookie(request: web.Request) -> str | None:
    """The refresh token, unless a page of another origin sent it."""
    return request.cookies.get(NAME) if is_own_page(request) else None
