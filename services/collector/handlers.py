"""The HTTP handlers that receive beacons: parse the request, call ``Intake.accept``, respond."""

import asyncio
import re
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urljoin

import msgspec
from aiohttp import web
from multidict import CIMultiDictProxy

from common.beacon import MAX_USER_AGENT
from common.client import ClientAddress, RequestHead
from common.text import clean_text
from services.collector import responses
from services.collector.intake import Intake, origin_of
from services.collector.payload import BeaconPayload, ClientInfo, KindName, decode_payload
from services.collector.prometheus import CollectorMetrics
from services.collector.rejection_reasons import RejectedError, RejectionReason

Body = TypeVar("Body")
_SAME_SITE = frozenset({"same-origin", "same-site"})
_SAME_ORIGIN = frozenset({"same-origin"})
_VISITOR_COOKIE = re.compile(rf'(?:^|;)\s*{responses.COOKIE}="?([^;"]*)')


class TrackBody(msgspec.Struct):
    """The body of ``POST /track``. Every field may be left out."""

    path: str = "/"
    site_id: str = "default"
    referrer: str | None = None


class ClickBody(msgspec.Struct):
    """The body of ``POST /click``."""

    url: str
    site_id: str = "default"


_decode_track = msgspec.json.Decoder(TrackBody).decode
_decode_click = msgspec.json.Decoder(ClickBody).decode


class RequestInfo(msgspec.Struct, frozen=True, gc=False):
    """The part of a request without its body that identifies the client. An aiohttp request has these fields too."""

    headers: "CIMultiDictProxy[str]"
    remote: str | None
    scheme: str = "http"


class Handlers:
    """The request handlers. Each responds with 2xx only after the beacon is durable."""

    def __init__(self, intake: Intake, client_address: ClientAddress, metrics: CollectorMetrics) -> None:
        self._intake = intake
        self._client_address = client_address
        self._metrics = metrics

    async def collect(self, request: web.BaseRequest) -> web.Response:
        """``POST /collect``, unless ``plain_http`` answers it."""
        try:
            done, new_cookie = self.begin_collect(request, await _read_body(request))
            await done
        except RejectedError as error:
            return self.rejected(request, error)
        return self.accepted(request, new_cookie)

    def begin_collect(self, request: RequestHead, body: bytes) -> "tuple[asyncio.Future[None], str | None]":
        """Accept the beacon in ``body``; returns and raises what ``Intake.accept`` does. This is the hot path."""
        return self._intake.accept(decode_payload(body), self._client_info(request, _SAME_SITE))

    def accepted(self, request: RequestHead, new_cookie: str | None) -> web.Response:
        return self._with_cookie(responses.accepted(request.headers.get("Origin")), request, new_cookie)

    def rejected(self, request: RequestHead, error: RejectedError) -> web.Response:
        return responses.rejected(error, self._metrics, request.headers.get("Origin"))

    async def pixel(self, request: web.Request) -> web.StreamResponse:
        """``GET /pixel.gif?site=``: for pages without JavaScript. The page is ``url=`` or the ``Referer``."""
        url = request.query.get("url") or request.headers.get("Referer") or ""
        try:
            new_cookie = await self._accept(request, BeaconPayload(request.query.get("site", ""), url))
        except RejectedError as error:
            return responses.rejected(error, self._metrics)
        return self._with_cookie(responses.pixel(), request, new_cookie)

    async def track(self, request: web.Request) -> web.StreamResponse:
        """``POST /track {"path","site_id"}``: a page view, from clients that know only the path."""
        try:
            track = _decode_body(_decode_track, await _read_body(request) or b"{}")
            url = urljoin(f"{self._page_origin(request, track.site_id)}/", track.path)
            # A server sends the visitor's Referer here. A script's own Referer is its page, which is no referrer.
            referrer = track.referrer or request.headers.get("Referer")
            payload = BeaconPayload(track.site_id, url, referrer=referrer)
            new_cookie = await self._accept(request, payload, _SAME_ORIGIN)
        except ValueError:
            error = RejectedError(RejectionReason.MALFORMED, "`path` makes no valid URL")
            return responses.rejected(error, self._metrics)
        except RejectedError as error:
            return responses.rejected(error, self._metrics)
        return self._with_cookie(_ok(page=track.path), request, new_cookie)

    async def click(self, request: web.Request) -> web.StreamResponse:
        """``POST /click {"url","site_id"}``: a click on an outbound link."""
        try:
            click = _decode_body(_decode_click, await _read_body(request))
            if not click.url:
                raise RejectedError(RejectionReason.MALFORMED, "`url` is empty")
            page = request.headers.get("Referer") or self._page_origin(request, click.site_id)
            payload = BeaconPayload(click.site_id, page, KindName.CLICK, name=click.url)
            new_cookie = await self._accept(request, payload, _SAME_ORIGIN)
        except RejectedError as error:
            return responses.rejected(error, self._metrics)
        return self._with_cookie(_ok(url=click.url), request, new_cookie)

    async def preflight(self, _request: web.Request) -> web.Response:
        return web.Response(status=204, headers=responses.PREFLIGHT_HEADERS)

    async def _accept(
        self, request: web.BaseRequest, payload: BeaconPayload, same_site: frozenset[str] = _SAME_SITE
    ) -> str | None:
        """Return once the beacon is durable, with the cookie value that the response must set, if any.

        ``same_site``: the values of ``Sec-Fetch-Site`` with which the browser accepts a cookie. A plain ``fetch``
        accepts one only from its own origin; from any other, each request would become a new visitor.
        """
        done, new_cookie = self._intake.accept(payload, self._client_info(request, same_site))
        await done
        return new_cookie

    def _page_origin(self, request: web.Request, site: str) -> str:
        """The origin of the page: from the browser's header, else from the site's settings, else our own.

        Raises ``RejectedError`` for a site that is not registered.
        """
        origin = request.headers.get("Origin", "")
        if origin.startswith(("http://", "https://")):
            return origin_of(origin)
        return self._intake.main_origin_of(site) or f"{request.scheme}://{request.host}"

    def _client_info(self, request: RequestHead, same_site: frozenset[str]) -> ClientInfo:
        headers = request.headers
        return ClientInfo(
            self._client_address.ip(request),
            clean_text(headers.get("User-Agent", ""), MAX_USER_AGENT),
            headers.get("Origin", ""),
            _visitor_cookie(headers["Cookie"]) if "Cookie" in headers else "",
            headers.get("Sec-GPC") == "1" or headers.get("DNT") == "1",
            headers.get("Sec-Fetch-Site") in same_site,
        )

    def _with_cookie(self, response: web.Response, request: RequestHead, value: str | None) -> web.Response:
        if value is not None:
            responses.set_cookie(response, value, secure=self._client_address.is_https(request))
        return response


HANDLERS = web.AppKey("handlers", Handlers)


def _visitor_cookie(header: str) -> str:
    found = _VISITOR_COOKIE.search(header)
    return found[1] if found else ""


async def _read_body(request: web.BaseRequest) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise RejectedError(RejectionReason.TOO_LARGE, "the body is too large") from None
    except (web.RequestPayloadError, ConnectionError):  # after a ConnectionError, no one receives the response
        raise RejectedError(RejectionReason.MALFORMED, "the body is incomplete or does not match its headers") from None


def _decode_body(decode: Callable[[bytes], Body], body: bytes) -> Body:
    try:
        return decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RejectedError(RejectionReason.MALFORMED, str(error)) from None


def _ok(**fields: str) -> web.Response:
    response = web.json_response({"status": "ok", **fields}, headers=responses.OPEN_HEADERS)
    response.headers["Cache-Control"] = "no-store"
    return response
