"""A client that sends each numbered beacon until it is acknowledged, and records the responses."""

import asyncio
import json
import time
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.support.beacons import CHROME

ATTEMPTS = 64
"""Maximum number of attempts per number. Each attempt is a separate beacon: ``number * ATTEMPTS + attempt``."""
SITES = ("shop", *("shop",) * 6, "blog", "blog", "docs")
"""The sites of ten consecutive beacons."""
_PAGES = 40
_RESPONSE_SECONDS = 3.0
_LONGEST_WAIT_SECONDS = 1.0


@dataclass(slots=True)
class Sent:
    """The responses to beacons."""

    acknowledged: "array[int]" = field(default_factory=lambda: array("q"))
    """Status 202. Each must be stored exactly once."""
    unanswered: "array[int]" = field(default_factory=lambda: array("q"))
    """Another status, or no response. Each may be stored at most once."""
    responses: Counter[str] = field(default_factory=Counter)
    given_up: list[int] = field(default_factory=list)


class Client:
    """Sends to ``ports`` in turn, and changes to the next after a failure."""

    def __init__(self, ports: Sequence[int], visitors: int, connections: int = 48) -> None:
        self.sent = Sent()
        self._ports = ports
        self._visitors = visitors
        self._connections = connections

    async def send(self, beacons: int, seconds: float) -> None:
        """Send ``beacons`` evenly over ``seconds``. After an outage, send at full speed until it has caught up."""
        begun, numbers = time.monotonic(), iter(range(beacons))

        async def keep_sending(place: int) -> None:
            connection = _Connection()
            for number in numbers:
                early = begun + number * seconds / beacons - time.monotonic()
                if early > 0:
                    await asyncio.sleep(early)
                await self._send_until_acknowledged(connection, number, place)
            connection.close()

        await asyncio.gather(*(keep_sending(place) for place in range(self._connections)))

    async def _send_until_acknowledged(self, connection: "_Connection", number: int, place: int) -> None:
        wait = 0.05
        for attempt in range(ATTEMPTS):
            label = number * ATTEMPTS + attempt
            response = await connection.post(
                self._ports[(place + attempt) % len(self._ports)], self._body(number, label)
            )
            self.sent.responses[response] += 1
            if response == "202":
                self.sent.acknowledged.append(label)
                return
            self.sent.unanswered.append(label)
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT_SECONDS)
        self.sent.given_up.append(number)

    def _body(self, number: int, label: int) -> bytes:
        beacon: dict[str, object] = {
            "site": SITES[number % len(SITES)],
            "url": f"https://shop.example/page-{number * 7 % _PAGES}",
            "visitor": f"visitor-{number % self._visitors:024d}",
            "props": {"n": label},
        }
        if number % 9 == 8:
            beacon |= {"kind": "event", "name": f"goal {number % 3}"}
        return json.dumps(beacon).encode()


class _Connection:
    """One HTTP/1.1 connection, opened when needed."""

    def __init__(self) -> None:
        self._port = 0
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, port: int, body: bytes) -> str:
        """Return the status of the response, or the reason why there is none."""
        try:
            async with asyncio.timeout(_RESPONSE_SECONDS):
                if self._streams is None or self._port != port:
                    self.close()
                    self._port, self._streams = port, await asyncio.open_connection("127.0.0.1", port)
                return await self._exchange(self._streams, body)
        except TimeoutError:
            self.close()
            return "timeout"
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            return "connection lost"

    async def _exchange(self, streams: tuple[asyncio.StreamReader, asyncio.StreamWriter], body: bytes) -> str:
        reader, writer = streams
        writer.write(b"POST /collect HTTP/1.1\r\nHost: c\r\nUser-Agent: %b\r\n" % CHROME.encode())
        writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        status, *headers = _lines(await reader.readuntil(b"\r\n\r\n"))
        fields = dict(header.lower().split(": ", 1) for header in headers)
        await reader.readexactly(int(fields.get("content-length", 0)))
        if fields.get("connection") == "close":
            self.close()
        return status.split(" ")[1]

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].transport.abort()
        self._streams = None


def _lines(head: bytes) -> Iterator[str]:
    return iter(head.decode("latin-1").strip().split("\r\n"))
