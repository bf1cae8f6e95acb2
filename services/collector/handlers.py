"""Where beacons come in: parse, take, answer."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urljoin

import msgspec
from aiohttp import web

from services.collector.answers import COOKIE, PREFLIGHT, accepted, refused, set_cookie
from services.collector.hit import Hit, KindName, Sender, decode_hit
from services.collector.intake import origin_of
from services.collector.keys import CLIENT, INTAKE, METRICS
from services.collector.pixel import GIF
from services.collector.refusals import Refusal, RefusedError

Seed = TypeVar("Seed")
_SAME_SITE = frozenset({"same-origin", "same-site"})


class SeedTrack(msgspec.Struct):
    """The body of ``POST /track``."""

    path: str
    site_id: str = "default"
    referrer: str | None = None


class SeedClick(msgspec.Struct):
    """The body of ``POST /click``."""

    url: str
    site_id: str = "default"


_decode_track = msgspec.json.Decoder(SeedTrack).decode
_decode_click = msgspec.json.Decoder(SeedClick).decode


async def collect(request: web.Request) -> web.Response:
    """``POST /collect``: 202 once the beacon is durable."""
    try:
        hit = decode_hit(await _body(request))
        return await _take(request, hit, accepted)
    except RefusedError as error:
        return refused(error, request.app[METRICS])


async def pixel(request: web.Request) -> web.Response:
    """``GET /pixel.gif?site=``: for pages without JavaScript. The page is ``url=`` or the ``Referer``."""
    try:
        url = request.query.get("url") or request.headers.get("Referer") or ""
        return await _take(request, Hit(request.query.get("site", ""), url), _gif)
    except RefusedError as error:
        return refused(error, request.app[METRICS])


async def track(request: web.Request) -> web.Response:
    """``POST /track {"path","site_id"}``: a pageview, by clients that know only the path."""
    try:
        seed = _decode_seed(_decode_track, await _body(request))
        url = urljoin(f"{_page_origin(request)}/", seed.path)
        return await _take(request, Hit(seed.site_id, url, referrer=seed.referrer), _seed_ok)
    except RefusedError as error:
        return refused(error, request.app[METRICS])


async def click(request: web.Request) -> web.Response:
    """``POST /click {"url","site_id"}``: a click on an outbound link."""
    try:
        seed = _decode_seed(_decode_click, await _body(request))
        page = request.headers.get("Referer") or _page_origin(request)
        return await _take(request, Hit(seed.site_id, page, KindName.CLICK, name=seed.url), _seed_ok)
    except RefusedError as error:
        return refused(error, request.app[METRICS])


async def preflight(_request: web.Request) -> web.Response:
    return web.Response(status=204, headers=PREFLIGHT)


async def _take(request: web.Request, hit: Hit, answer_with: Callable[[], web.Response]) -> web.Response:
    app = request.app
    done, new_cookie = app[INTAKE].take(hit, _sender(request))
    await done
    app[METRICS].accepted.inc()
    answer = answer_with()
    if new_cookie:
        set_cookie(answer, new_cookie, secure=app[CLIENT].is_https(request))
    return answer


def _sender(request: web.Request) -> Sender:
    headers = request.headers
    same_site = headers.get("Sec-Fetch-Site") in _SAME_SITE
    return Sender(
        request.app[CLIENT].ip(request),
        headers.get("User-Agent", ""),
        headers.get("Origin", ""),
        request.cookies.get(COOKIE, "") if "Cookie" in headers else "",
        headers.get("Sec-GPC") == "1" or headers.get("DNT") == "1",
        same_site,
    )


async def _body(request: web.Request) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise RefusedError(Refusal.TOO_LARGE, "the body is too large") from None


def _decode_seed(decode: Callable[[bytes], Seed], body: bytes) -> Seed:
    try:
        return decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RefusedError(Refusal.MALFORMED, str(error)) from None


def _page_origin(request: web.Request) -> str:
    """Where the page lies, by what the browser says; a client that says nothing is its own host."""
    said = request.headers.get("Origin") or request.headers.get("Referer") or ""
    if said.startswith(("http://", "https://")):
        return origin_of(said)
    return f"{request.scheme}://{request.host}"


def _gif() -> web.Response:
    return web.Response(body=GIF, content_type="image/gif", headers={"Cache-Control": "no-store, private"})


def _seed_ok() -> web.Response:
    answer = accepted()
    answer.content_type = "application/json"
    answer.text = '{"status":"success"}'
    return answer
