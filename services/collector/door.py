"""Where beacons come in: parse, take, answer."""

import asyncio
import re
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urljoin

import msgspec
from aiohttp import web
from multidict import CIMultiDictProxy

from common.beacon import MAX_USER_AGENT
from common.client import Caller, ClientAddress
from common.text import clean_text
from services.collector.answers import COOKIE, OPEN, accepted, refused, set_cookie
from services.collector.hit import Hit, KindName, Sender, decode_hit
from services.collector.intake import Intake, origin_of
from services.collector.metrics import CollectorMetrics
from services.collector.pixel import GIF
from services.collector.refusals import Refusal, RefusedError

Seed = TypeVar("Seed")
_SAME_SITE = frozenset({"same-origin", "same-site"})
_SAME_ORIGIN = frozenset({"same-origin"})
_IN_COOKIES = re.compile(rf'(?:^|;)\s*{COOKIE}="?([^;"]*)')


class SeedTrack(msgspec.Struct):
    """The body of ``POST /track``, all of which may be left out."""

    path: str = "/"
    site_id: str = "default"
    referrer: str | None = None


class SeedClick(msgspec.Struct):
    """The body of ``POST /click``."""

    url: str
    site_id: str = "default"


_decode_track = msgspec.json.Decoder(SeedTrack).decode
_decode_click = msgspec.json.Decoder(SeedClick).decode


class Arrival(msgspec.Struct, frozen=True, gc=False):
    """What is asked of a request beside its body; an aiohttp request has it, too."""

    headers: "CIMultiDictProxy[str]"
    remote: str | None
    scheme: str = "http"


class Door:
    """The handlers. Every one answers 2xx only once the beacon is durable."""

    def __init__(self, intake: Intake, client: ClientAddress, metrics: CollectorMetrics) -> None:
        self._intake = intake
        self._client = client
        self._metrics = metrics

    async def collect(self, request: web.BaseRequest) -> web.Response:
        """``POST /collect``, where it does not come by the fast lane."""
        try:
            done, new_cookie = self.begin(request, await _body(request))
            await done
        except RefusedError as error:
            return self.refused(request, error)
        return self.accepted(request, new_cookie)

    def begin(self, request: Caller, body: bytes) -> "tuple[asyncio.Future[None], str | None]":
        """The hot path: as of ``Intake.take``. Raises ``RefusedError``."""
        return self._intake.take(decode_hit(body), self._sender(request, _SAME_SITE))

    def accepted(self, request: Caller, new_cookie: str | None) -> web.Response:
        return self._with_cookie(accepted(request.headers.get("Origin")), request, new_cookie)

    def refused(self, request: Caller, error: RefusedError) -> web.Response:
        return refused(error, self._metrics, request.headers.get("Origin"))

    async def pixel(self, request: web.Request) -> web.StreamResponse:
        """``GET /pixel.gif?site=``: for pages without JavaScript. The page is ``url=`` or the ``Referer``."""
        url = request.query.get("url") or request.headers.get("Referer") or ""
        try:
            new_cookie = await self._take(request, Hit(request.query.get("site", ""), url))
        except RefusedError as error:
            return refused(error, self._metrics)
        answer = web.Response(body=GIF, content_type="image/gif", headers={"Cache-Control": "no-store, private"})
        return self._with_cookie(answer, request, new_cookie)

    async def track(self, request: web.Request) -> web.StreamResponse:
        """``POST /track {"path","site_id"}``: a pageview, by clients that know only the path."""
        try:
            seed = _decode_seed(_decode_track, await _body(request) or b"{}")
            url = urljoin(f"{self._page_origin(request, seed.site_id)}/", seed.path)
            # Where the visitor came from; of a page's own script it names that page, which counts as no referrer.
            referrer = seed.referrer or request.headers.get("Referer")
            new_cookie = await self._take(request, Hit(seed.site_id, url, referrer=referrer), _SAME_ORIGIN)
        except ValueError:
            return refused(RefusedError(Refusal.MALFORMED, "`path` makes no URL"), self._metrics)
        except RefusedError as error:
            return refused(error, self._metrics)
        return self._with_cookie(_seed_answer(page=seed.path), request, new_cookie)

    async def click(self, request: web.Request) -> web.StreamResponse:
        """``POST /click {"url","site_id"}``: a click on an outbound link."""
        try:
            seed = _decode_seed(_decode_click, await _body(request))
            if not seed.url:
                raise RefusedError(Refusal.MALFORMED, "`url` is empty")
            page = request.headers.get("Referer") or self._page_origin(request, seed.site_id)
            new_cookie = await self._take(request, Hit(seed.site_id, page, KindName.CLICK, name=seed.url), _SAME_ORIGIN)
        except RefusedError as error:
            return refused(error, self._metrics)
        return self._with_cookie(_seed_answer(url=seed.url), request, new_cookie)

    async def _take(self, request: web.BaseRequest, hit: Hit, same_site: frozenset[str] = _SAME_SITE) -> str | None:
        """Returns once the hit is durable, with the cookie value that the answer must set, if any.

        ``same_site``: what ``Sec-Fetch-Site`` says of pages that take a cookie. A plain ``fetch`` takes one from its
        own origin only, and from any other it would be somebody new each time.
        """
        done, new_cookie = self._intake.take(hit, self._sender(request, same_site))
        await done
        return new_cookie

    def _page_origin(self, request: web.Request, site: str) -> str:
        """Where the page lies: by what the browser says, else where the site says it is, else where we are.

        Raises ``RefusedError`` for a site that is not registered.
        """
        said = request.headers.get("Origin", "")
        if said.startswith(("http://", "https://")):
            return origin_of(said)
        return self._intake.home_of(site) or f"{request.scheme}://{request.host}"

    def _sender(self, request: Caller, same_site: frozenset[str]) -> Sender:
        headers = request.headers
        return Sender(
            self._client.ip(request),
            clean_text(headers.get("User-Agent", ""), MAX_USER_AGENT),
            headers.get("Origin", ""),
            _cookie(headers["Cookie"]) if "Cookie" in headers else "",
            headers.get("Sec-GPC") == "1" or headers.get("DNT") == "1",
            headers.get("Sec-Fetch-Site") in same_site,
        )

    def _with_cookie(self, answer: web.Response, request: Caller, value: str | None) -> web.Response:
        if value is not None:
            set_cookie(answer, value, secure=self._client.is_https(request))
        return answer


def _cookie(header: str) -> str:
    found = _IN_COOKIES.search(header)
    return found[1] if found else ""


async def _body(request: web.BaseRequest) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise RefusedError(Refusal.TOO_LARGE, "the body is too large") from None
    except (web.RequestPayloadError, ConnectionError):  # the second: whoever sent it has gone, and hears nothing of it
        raise RefusedError(Refusal.MALFORMED, "the body ended early or is not as its headers say") from None


def _decode_seed(decode: Callable[[bytes], Seed], body: bytes) -> Seed:
    try:
        return decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RefusedError(Refusal.MALFORMED, str(error)) from None


def _seed_answer(**what: str) -> web.Response:
    answer = web.json_response({"status": "ok", **what}, headers=OPEN)
    answer.headers["Cache-Control"] = "no-store"
    return answer
