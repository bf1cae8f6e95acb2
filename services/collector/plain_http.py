"""Answer a plain ``POST /collect`` without aiohttp, and hand every other request on the connection to aiohttp.

For each request aiohttp makes a request, a writer, a response and a task, and wakes two coroutines. That costs more
than all the rest that happens to a beacon. So ``PlainHttp`` parses the head with httptools, accepts the beacon once
its body is complete, and writes the response in a callback of its commit.

Two kinds of requests go to aiohttp:

- A request of known length, such as ``GET /uv.js``. ``return_to_plain_http`` reports its response, and ``PlainHttp``
  reads the next request.
- A request that is not delimited here: chunked, HTTP/1.0, ``Expect``, ``Connection: close``, a very long head or one
  that aiohttp rejects, or a request sent before the last response. The rest of the connection goes to aiohttp too.

Only public interfaces of aiohttp and asyncio are used.
"""

import asyncio
import socket
from typing import Any, cast

import httptools
from aiohttp import hdrs, web
from aiohttp.log import server_logger
from aiohttp.typedefs import Handler
from multidict import CIMultiDict, CIMultiDictProxy

from services.collector.handlers import HANDLERS, Handlers, RequestInfo
from services.collector.rejection_reasons import RejectedError
from services.collector.responses import AcceptedResponses, to_bytes

_PLAIN_START = b"POST /collect HTTP/1.1\r\n"
_HEAD_END = b"\r\n\r\n"
_MAX_HEAD_BYTES = 8_190
_MAX_HEADERS = 128  # as aiohttp's default
_SINGLE_HEADERS = (
    hdrs.HOST,
    hdrs.USER_AGENT,
    hdrs.CONTENT_TYPE,
    hdrs.CONTENT_LOCATION,
    hdrs.CONTENT_RANGE,
    hdrs.ETAG,
    hdrs.MAX_FORWARDS,
    hdrs.SERVER,
)
"""aiohttp rejects a head that repeats one of these. To httptools too, a repeated ``Content-Length`` is an error."""
_MAX_BODY_BYTES = 1_000
"""Less than any ``max_body_bytes``, so that aiohttp rejects the bodies that are too large."""
_MAX_BUFFER_BYTES = 1 << 16
_KEEPALIVE_SECONDS = 3_630.0  # as aiohttp's default: longer than that of reverse proxies
_INTERNAL_ERROR = to_bytes(web.Response(status=500, headers={"Connection": "close"}))


class _Head:
    """The head of one request, as httptools reports it."""

    def __init__(self) -> None:
        self._fields: list[tuple[str, str]] = []
        self.url = b""

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        value = value.rstrip(b" \t")  # no part of it; httptools removes only the space before it
        self._fields.append((name.decode("utf-8", "surrogateescape"), value.decode("utf-8", "surrogateescape")))

    def parse(self, head: bytes) -> bool:
        """Return whether the request is valid, of HTTP/1.1, of known length, and leaves the connection open."""
        parser = httptools.HttpRequestParser(self)
        try:
            parser.feed_data(head)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            return False
        self.headers = CIMultiDictProxy(CIMultiDict(self._fields))
        headers = self.headers
        if parser.get_http_version() != "1.1" or not parser.should_keep_alive() or parser.should_upgrade():
            return False
        if "Transfer-Encoding" in headers or "Expect" in headers or self._is_invalid(headers):
            return False
        self.body_bytes = int(headers.get("Content-Length", 0))
        self.is_plain = (
            self.url == b"/collect"
            and parser.get_method() == b"POST"
            and self.body_bytes <= _MAX_BODY_BYTES
            and "Content-Encoding" not in headers
        )
        return True

    def _is_invalid(self, headers: "CIMultiDictProxy[str]") -> bool:
        """Return whether aiohttp rejects the head although httptools does not."""
        if hdrs.HOST not in headers or hdrs.SEC_WEBSOCKET_KEY1 in headers or len(headers) > _MAX_HEADERS:
            return True
        return any(name in headers and len(headers.getall(name)) > 1 for name in _SINGLE_HEADERS)


class PlainHttp(asyncio.Protocol):
    """One connection."""

    def __init__(self, server: "PlainHttpServer") -> None:
        self._server = server
        self._loop = asyncio.get_running_loop()
        self._buffer = b""
        """What was received and not processed yet."""
        self._awaited = 0
        """The length of the buffer with which its first request is complete, where that is known already."""
        self._aiohttp: web.RequestHandler | None = None
        """aiohttp's side of the connection, once a request needed it."""
        self._is_aiohttp_busy = False
        self._body_left = 0
        """Bytes of a body that aiohttp is still to get."""
        self._is_handed_over = False
        """aiohttp has the rest of the connection."""
        self._is_writing_paused = False
        self._is_reading_paused = False
        self._is_closing = False
        self._idle_since = self._loop.time()
        self.committing: asyncio.Future[None] | None = None
        """Done once the beacon that was received last is durable."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self._peer = str(peer[0]) if isinstance(peer, tuple) else peer
        connected = transport.get_extra_info("socket")
        if connected is not None:
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._server.connections.add(self)
        self._keepalive_timer = self._loop.call_later(self._server.keepalive_seconds, self._close_if_idle)

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_closing = True
        self._keepalive_timer.cancel()
        self._server.connections.discard(self)
        if self._aiohttp is not None:
            self._aiohttp.connection_lost(exc)

    def pause_writing(self) -> None:
        self._is_writing_paused = True
        if self._aiohttp is not None:
            self._aiohttp.pause_writing()

    def resume_writing(self) -> None:
        self._is_writing_paused = False
        if self._aiohttp is not None:
            self._aiohttp.resume_writing()
        self._process()

    def data_received(self, data: bytes) -> None:
        if self._is_handed_over or self._is_aiohttp_busy:
            self._pass_on(data)
            return
        self._buffer = self._buffer + data if self._buffer else data
        self._process()

    def response_sent(self, *, keep_alive: bool) -> None:
        """aiohttp has written its response: read the next request here, if the last one is complete."""
        if self._is_handed_over:
            return
        self._is_aiohttp_busy = False
        self._idle_since = self._loop.time()
        if self._body_left or not keep_alive:
            self._is_handed_over = True

    def close_when_idle(self) -> None:
        """Close the connection once its beacon has a response. aiohttp closes what it has a request of."""
        self._is_closing = True
        if self.committing is None and not self._is_aiohttp_busy and not self._is_handed_over:
            self._transport.close()

    def _process(self) -> None:
        """Process the buffered requests, one at a time."""
        while self._buffer and not (
            self._is_closing
            or self._is_writing_paused
            or self._is_aiohttp_busy
            or self._is_handed_over
            or self.committing is not None
        ):
            if not self._process_one():
                break
        self._limit_buffer()

    def _limit_buffer(self) -> None:
        """Read no more from a client that sends many requests without waiting for responses."""
        if self._transport.is_closing() or self._is_handed_over or self._is_aiohttp_busy:
            return
        is_full = len(self._buffer) > _MAX_BUFFER_BYTES
        if is_full and not self._is_reading_paused:
            self._transport.pause_reading()
        elif self._is_reading_paused and not is_full:
            self._transport.resume_reading()
        self._is_reading_paused = is_full

    def _process_one(self) -> bool:
        """Return False while the first request in the buffer is incomplete."""
        buffer = self._buffer
        if len(buffer) < self._awaited:  # a body in many small pieces must not have its head parsed for each of them
            return False
        self._awaited = 0
        end = buffer.find(_HEAD_END)
        if end < 0:
            is_plain = buffer.startswith(_PLAIN_START) or _PLAIN_START.startswith(buffer)
            if is_plain and len(buffer) <= _MAX_HEAD_BYTES:
                return False
            self._hand_over()
            return True
        begin = end + len(_HEAD_END)
        head = _Head()
        if begin > _MAX_HEAD_BYTES or not head.parse(buffer[:begin]):
            self._hand_over()
            return True
        end = begin + head.body_bytes
        if not head.is_plain:
            self._forward(end)
            return True
        if len(buffer) < end:
            self._awaited = end
            return False
        self._buffer = buffer[end:]
        self._accept(RequestInfo(head.headers, self._peer), buffer[begin:end])
        return True

    def _accept(self, request: RequestInfo, body: bytes) -> None:
        handlers = self._server.handlers
        if self._aiohttp is not None:
            self._aiohttp.keep_alive(True)  # ends aiohttp's own timer, which knows nothing of this request
        try:
            committing, new_cookie = handlers.begin_collect(request, body)
        except RejectedError as error:
            self._write(to_bytes(handlers.rejected(request, error)))
            return
        except Exception as error:
            self._fail(error)
            return
        self._request, self._new_cookie, self.committing = request, new_cookie, committing
        committing.add_done_callback(self._respond)

    def _respond(self, committed: "asyncio.Future[None]") -> None:
        handlers, request = self._server.handlers, self._request
        self.committing = None
        error = committed.exception()
        if isinstance(error, RejectedError):
            self._write(to_bytes(handlers.rejected(request, error)))
        elif error is not None:
            self._fail(error)
        elif self._new_cookie is None:
            self._write(self._server.accepted(request.headers.get("Origin")))
        else:
            self._write(to_bytes(handlers.accepted(request, self._new_cookie)))
        if self._buffer:
            self._process()

    def _fail(self, error: BaseException) -> None:
        """After a bug, do as aiohttp does: log the error, respond with 500, and close the connection."""
        server_logger.error("Error handling request", exc_info=error)
        self._is_closing = True
        self._write(_INTERNAL_ERROR)

    def _write(self, response: bytes) -> None:
        self._idle_since = self._loop.time()
        if self._transport.is_closing():  # the client has closed the connection
            return
        self._transport.write(response)
        if self._is_closing:
            self._transport.close()

    def _forward(self, end: int) -> None:
        """Hand the first request in the buffer, which ends at ``end``, to aiohttp."""
        if len(self._buffer) > end:  # the client does not wait for responses
            self._hand_over()
            return
        self._is_aiohttp_busy = True
        self._body_left = end
        data, self._buffer = self._buffer, b""
        self._pass_on(data)

    def _pass_on(self, data: bytes) -> None:
        """Give aiohttp what is received while it has a request, or the connection."""
        if self._is_reading_paused:  # from here on, aiohttp limits what it is sent
            self._is_reading_paused = False
            self._transport.resume_reading()
        if len(data) > self._body_left:  # the client does not wait for responses
            self._is_handed_over = True
        else:
            self._body_left -= len(data)
        if self._aiohttp is None:
            self._aiohttp = self._server.aiohttp_server()
            self._aiohttp.connection_made(self._transport)
        self._aiohttp.data_received(data)

    def _hand_over(self) -> None:
        """Hand the rest of the connection to aiohttp."""
        self._is_handed_over = True
        data, self._buffer = self._buffer, b""
        self._pass_on(data)

    def _close_if_idle(self) -> None:
        seconds = self._server.keepalive_seconds
        is_busy = self.committing is not None or self._is_aiohttp_busy or self._is_handed_over
        left = seconds if is_busy else self._idle_since + seconds - self._loop.time()
        if left > 0:
            self._keepalive_timer = self._loop.call_later(left, self._close_if_idle)
        else:
            self._transport.close()


class PlainHttpServer:
    """Makes the protocol of each new connection."""

    def __init__(self, aiohttp_server: web.Server, handlers: Handlers, keepalive_seconds: float) -> None:
        self.aiohttp_server = aiohttp_server
        self.handlers = handlers
        self.keepalive_seconds = keepalive_seconds
        self.accepted = AcceptedResponses()
        self.connections: set[PlainHttp] = set()

    def __call__(self) -> PlainHttp:
        return PlainHttp(self)

    async def shutdown(self, seconds: float) -> None:
        """Answer the beacons that are being committed, and close the connections that aiohttp does not have."""
        for connection in list(self.connections):
            connection.close_when_idle()
        committing = [each.committing for each in self.connections if each.committing is not None]
        if committing:
            await asyncio.wait(committing, timeout=seconds)


class PlainHttpRunner(web.AppRunner):
    """Serves the collector's application behind ``PlainHttp``."""

    def __init__(
        self,
        app: web.Application,
        *,
        keepalive_timeout: float = _KEEPALIVE_SECONDS,
        shutdown_timeout: float = 60.0,
        **options: Any,
    ) -> None:
        super().__init__(app, keepalive_timeout=keepalive_timeout, shutdown_timeout=shutdown_timeout, **options)
        self._keepalive_seconds = keepalive_timeout
        self._shutdown_seconds = shutdown_timeout
        self._plain_http: PlainHttpServer | None = None

    async def setup(self) -> None:
        await super().setup()
        aiohttp_server = super().server
        assert aiohttp_server is not None  # noqa: S101 - made by setup
        self._plain_http = PlainHttpServer(aiohttp_server, self.app[HANDLERS], self._keepalive_seconds)

    @property
    def server(self) -> Any:
        """The factory of protocols that a site listens with."""
        return self._plain_http

    async def shutdown(self) -> None:
        if self._plain_http is not None:
            await self._plain_http.shutdown(self._shutdown_seconds)
        await super().shutdown()


@web.middleware
async def return_to_plain_http(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Write the response here rather than after the handlers, so that ``PlainHttp`` knows when it is written."""
    try:
        response = await handler(request)
    except web.HTTPException as error:
        await _write_response(request, error)
        raise
    await _write_response(request, response)
    return response


async def _write_response(request: web.Request, response: web.StreamResponse) -> None:
    protocol = request.transport.get_protocol() if request.transport else None
    if not isinstance(protocol, PlainHttp):
        return
    try:
        await response.prepare(request)
        await response.write_eof()
    except ConnectionError:  # aiohttp meets it too, and ends the connection
        return
    protocol.response_sent(keep_alive=bool(response.keep_alive))
