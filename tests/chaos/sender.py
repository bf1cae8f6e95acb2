"""Sends numbered beacons at full speed, and records the acknowledged ones."""

import asyncio
import json
from collections import Counter

from aiohttp import ClientError, ClientSession, TCPConnector

from tests.support.beacons import CHROME

VISITORS = 5_000


class NumberedSender:
    """Sends page views of the paths ``/n``. ``acknowledged``: the numbers with status 202."""

    def __init__(self, collector_url: str, site: str, connections: int = 64) -> None:
        self._url = f"{collector_url}/collect"
        self._site = site
        self._connections = connections
        self.acknowledged: list[int] = []
        self.responses: Counter[int] = Counter()

    async def send(self, numbers: range) -> None:
        remaining = iter(numbers)
        connector = TCPConnector(limit=self._connections)
        async with ClientSession(connector=connector, headers={"User-Agent": CHROME}) as session:

            async def keep_sending() -> None:
                for number in remaining:
                    await self._send_one(session, number)

            await asyncio.gather(*(keep_sending() for _ in range(self._connections)))

    async def _send_one(self, session: ClientSession, number: int) -> None:
        body = json.dumps(
            {
                "site": self._site,
                "url": f"https://shop.example/{number}",
                "visitor": f"visitor-{number % VISITORS:024d}",
            }
        )
        try:
            async with session.post(self._url, data=body) as response:
                self.responses[response.status] += 1
                if response.status == 202:
                    self.acknowledged.append(number)
        except ClientError:
            self.responses[0] += 1
