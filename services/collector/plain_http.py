"""The way of a plain ``POST /collect`` past aiohttp's tasks: parsed by aiohttp, taken and answered where it came in.

For each request aiohttp makes a request, a writer, a response and a task, and wakes two coroutines. Next to that, what
happens to a beacon is little; docs/contributing/measurements.md has the numbers. A beacon is taken once its body is
complete, and answered by a callback of its commit. Everything else on the same connection goes to the application:
other routes, HTTP/1.0, bodies that are packed, chunked or long, and requests that do not wait for answers.

This leans on how ``web.RequestHandler`` works inside: what is parsed lies in ``_messages``, and while nothing is to be
done its coroutine waits for ``_waiter``. The tests send every kind of request through one connection, so that a release
of aiohttp that changes this is noticed.
"""

import asyncio
from typing import Any, TypeGuard

from aiohttp import HttpVersion11, web
from aiohttp.http import RawRequestMessage

from services.collector.handlers import HANDLERS, Handlers, RequestInfo
from services.collector.rejections import RejectedError
from services.collector.responses import AcceptedResponses, to_bytes

_LONGEST = 1_000
"""Bytes of a body; less than any ``max_body_bytes``, so that the application is who refuses one."""


class PlainHttp(web.RequestHandler):
    """One connection."""

    __slots__ = ("_accepted", "_handlers", "_new_cookie", "_request")
    _request: RequestInfo
    _new_cookie: str | None

    def __init__(self, server: web.Server, handlers: Handlers, accepted: AcceptedResponses, **options: Any) -> None:
        super().__init__(server, **options)
        self._handlers = handlers
        self._accepted = accepted

    def data_received(self, data: bytes) -> None:
        waiter = self._waiter
        if waiter is None or waiter.done():  # the application is at work, and keeps the answers in order
            super().data_received(data)
            return
        self._waiter = None  # nobody is woken before it is known for whom this is
        super().data_received(data)
        self._waiter = waiter
        if not self._request_in_progress:
            self._next()

    def _next(self) -> None:
        """Takes what came if it is one plain beacon, once it is complete; wakes the application for all else."""
        if not self._messages or self._close or self._force_close:
            return
        message, body = self._messages[0]
        if len(self._messages) == 1 and _is_plain(message):
            if not body.is_eof() and _will_be_short(message):
                return  # the rest of it comes
            if body.is_eof() and body.total_bytes <= _LONGEST:
                self._messages.clear()
                self._parser.message_consumed()  # type: ignore[union-attr] # there is one as long as data comes
                self._take(RequestInfo(message.headers, self._peer()), body.read_nowait())
                return
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _take(self, request: RequestInfo, body: bytes) -> None:
        try:
            done, self._new_cookie = self._handlers.begin_collect(request, body)
        except RejectedError as error:
            self._write(to_bytes(self._handlers.rejected(request, error)))
            return
        except Exception as error:  # a fault of ours: as the application has it, said, and the connection closed
            self.log_exception("Error handling request", exc_info=error)
            self._close = True
            self._write(to_bytes(web.Response(status=500)))
            return
        self._request = request
        self._request_in_progress = True  # when the process is told to end, aiohttp waits for these
        self._next_keepalive_close_time = self._loop.time() + self._keepalive_timeout
        done.add_done_callback(self._answer)

    def _answer(self, done: "asyncio.Future[None]") -> None:
        self._request_in_progress = False
        if self._handler_waiter is not None and not self._handler_waiter.done():
            self._handler_waiter.set_result(None)
        error = done.exception()
        if isinstance(error, RejectedError):
            self._write(to_bytes(self._handlers.rejected(self._request, error)))
        elif self._new_cookie is None:
            self._write(self._accepted(self._request.headers.get("Origin")))
        else:
            self._write(to_bytes(self._handlers.accepted(self._request, self._new_cookie)))
        self._next()

    def _write(self, answer: bytes) -> None:
        if self.transport is None:  # the client went away
            return
        self.transport.write(answer)
        if self._close:
            self.transport.close()

    def _peer(self) -> str | None:
        """As ``web.BaseRequest.remote``."""
        peer = self.peername
        return str(peer[0]) if isinstance(peer, tuple) else peer


def _is_plain(message: Any) -> TypeGuard[RawRequestMessage]:
    return (
        isinstance(message, RawRequestMessage)  # and not what is wrong with it
        and message.path == "/collect"
        and message.method == "POST"
        and message.version == HttpVersion11
        and not (message.should_close or message.upgrade or message.chunked or message.compression)
    )


def _will_be_short(message: RawRequestMessage) -> bool:
    return int(message.headers.get("Content-Length", 0)) <= _LONGEST and "Expect" not in message.headers


class _Server(web.Server):
    """Makes the connections of an application."""

    def __init__(self, server: web.Server, handlers: Handlers) -> None:
        super().__init__(
            server.request_handler,
            request_factory=server.request_factory,
            handler_cancellation=server.handler_cancellation,
            loop=server._loop,
            **server._kwargs,
        )
        self._handlers = handlers
        self._accepted = AcceptedResponses()

    def __call__(self) -> web.RequestHandler:
        return PlainHttp(self, self._handlers, self._accepted, loop=self._loop, **self._kwargs)


class PlainHttpRunner(web.AppRunner):
    """Runs the collector's application with the fast writer before it."""

    async def _make_server(self) -> web.Server:
        return _Server(await super()._make_server(), self.app[HANDLERS])
