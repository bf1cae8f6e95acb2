"""The load generator: keep-alive connections, prepared requests, responses by status, latencies.

``python -m benchmarks.load`` reads a ``LoadJob`` as JSON from standard input and writes a ``LoadResult`` to standard
output. With a rate, requests are due every millisecond whether or not earlier ones were answered, and the time that a
request waits for a free connection counts, so a slow server cannot hide its latency. Without a rate, every connection
sends its next request as soon as the last was answered: full speed.
"""

import asyncio
import gc
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import cast

import msgspec
import uvloop

from benchmarks.requests import Parts, build_requests, in_parts, repeat_with_new_visitors

_TICK_SECONDS = 0.001
_LAST_ANSWERS_SECONDS = 30.0


class LoadJob(msgspec.Struct, frozen=True, kw_only=True):
    port: int
    seconds: float
    """Measured seconds, after ``warmup`` seconds."""
    warmup: float = 0.5
    connections: int = 512
    rate: float = 0
    """Requests a second; 0 is full speed."""
    site: str = "bench"
    seed: int = 1
    distinct: int = 50_000
    """Different requests; then they repeat with other visitors."""


class LoadResult(msgspec.Struct, frozen=True, kw_only=True):
    answers: dict[int, int]
    """All responses by status, including the warm-up."""
    failures: int
    """Requests without a response."""
    unsent: int
    """Requests that were due but found no free connection: how far the server was behind."""
    rate: float
    """Measured responses a second."""
    p50_ms: float
    p99_ms: float
    max_ms: float
    cpu: float
    """Share of one core that the generator itself used while measuring, 0-1."""


class LoadRun:
    """One run against one server."""

    def __init__(self, requests: Iterator[bytes], *, closed: bool) -> None:
        self._requests = requests
        self._closed = closed
        self.free: deque[HttpConnection] = deque()
        self._due: deque[float] = deque()
        self.sending = True
        self.in_flight = 0
        self.failures = 0
        self.unsent = 0
        self.answers: Counter[int] = Counter()
        self.latencies: list[float] = []
        self.idle = asyncio.Event()

    def opened(self, connection: "HttpConnection") -> None:
        self.free.append(connection)

    def begin(self) -> None:
        """Send the first request of every connection."""
        for connection in self.free:
            self._send(connection, time.perf_counter())

    def fall_due(self, count: int) -> None:
        now = time.perf_counter()
        for _ in range(count):
            if self.free:
                self._send(self.free.popleft(), now)
            else:
                self._due.append(now)

    def answered(self, connection: "HttpConnection", status: int) -> None:
        now = time.perf_counter()
        self.latencies.append(now - connection.since)
        self.answers[status] += 1
        self.in_flight -= 1
        if self._closed and self.sending:
            self._send(connection, now)
        elif self._due and self.sending:
            self._send(connection, self._due.popleft())
        else:
            self.free.append(connection)
            if not self.in_flight:
                self.idle.set()

    def lost(self, connection: "HttpConnection", was_waiting: bool) -> None:
        if was_waiting:
            self.failures += 1
            self.in_flight -= 1
        elif connection in self.free:
            self.free.remove(connection)
        if not self.in_flight:
            self.idle.set()

    async def finish(self) -> None:
        """Stop sending and wait for the last responses; requests without one count as failed."""
        self.sending = False
        self.unsent = len(self._due)
        self.idle.clear()
        if self.in_flight:
            try:
                await asyncio.wait_for(self.idle.wait(), _LAST_ANSWERS_SECONDS)
            except TimeoutError:
                self.failures += self.in_flight

    def _send(self, connection: "HttpConnection", since: float) -> None:
        self.in_flight += 1
        connection.send(next(self._requests), since)


class HttpConnection(asyncio.Protocol):
    """One request at a time. ``since``: when the current request was due."""

    transport: asyncio.Transport

    def __init__(self, load: LoadRun) -> None:
        self._load = load
        self._received = b""
        self.waiting = False
        self.since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._load.opened(self)

    def send(self, request: bytes, since: float) -> None:
        self.since = since
        self.waiting = True
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self._received:
            data = self._received + data
        status = answer_status(data)
        if not status:
            self._received = data
            return
        self._received = b""
        self.waiting = False
        self._load.answered(self, status)

    def connection_lost(self, _error: Exception | None) -> None:
        self._load.lost(self, self.waiting)


@lru_cache(maxsize=64)
def answer_status(data: bytes) -> int:
    """Return the status of a complete HTTP response, 0 of an incomplete one.

    Cached, because a server's responses are identical for a whole second.
    """
    head, end, body = data.partition(b"\r\n\r\n")
    if not end:
        return 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length" and len(body) < int(value):
            return 0
    return int(head[9:12])


async def run(job: LoadJob, requests: Sequence[Parts]) -> LoadResult:
    """Run one job. Raise ``OSError`` when the server cannot be reached."""
    loop = asyncio.get_running_loop()
    load = LoadRun(repeat_with_new_visitors(requests), closed=not job.rate)
    for _ in range(job.connections):
        await loop.create_connection(lambda: HttpConnection(load), "127.0.0.1", job.port)
    ticker = asyncio.create_task(_tick(load, job.rate)) if job.rate else None
    if ticker is None:
        load.begin()
    await asyncio.sleep(job.warmup)
    load.latencies.clear()
    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.sleep(job.seconds)
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    measured = sorted(load.latencies)
    if ticker:
        ticker.cancel()
    await load.finish()
    return LoadResult(
        answers=dict(load.answers),
        failures=load.failures,
        unsent=load.unsent,
        rate=len(measured) / took,
        p50_ms=_percentile(measured, 0.50) * 1000,
        p99_ms=_percentile(measured, 0.99) * 1000,
        max_ms=_percentile(measured, 1.0) * 1000,
        cpu=cpu / took,
    )


async def _tick(load: LoadRun, rate: float) -> None:
    began, sent = time.perf_counter(), 0
    while True:
        await asyncio.sleep(_TICK_SECONDS)
        due = int((time.perf_counter() - began) * rate) - sent
        load.fall_due(due)
        sent += due


def _percentile(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def main() -> None:
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=LoadJob)
    requests = [in_parts(request) for request in islice(build_requests(job.seed, job.site, job.port), job.distinct)]
    gc.disable()  # Nothing here creates cycles, and a pause would count as the server's.
    sys.stdout.buffer.write(msgspec.json.encode(uvloop.run(run(job, requests))))


if __name__ == "__main__":
    main()
