"""Moving streams to other servers while beacons arrive: each acknowledged beacon is stored once."""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.exceptions import RedisError

from common.beacon import encode_beacon
from common.config import Settings
from common.connections import close_streams, connect_former_streams, connect_streams
from common.identity import shard_of
from common.store import connect
from common.streams import Flush, StreamWriter, make_flush
from services.cli.streams import MoveStreamsError, move_streams
from services.worker.app import open_worker
from tests.integration.api.seeding import some_visitor
from tests.support.beacons import NOON, beacon_maker
from tests.support.valkeys import TcpValkey, running
from tests.support.waiting import until

SHARDS = 4


def spread(settings: Settings, servers: Sequence[TcpValkey], former: Sequence[TcpValkey] = ()) -> Settings:
    urls = {"shard_urls": [each.url for each in servers], "previous_urls": [each.url for each in former]}
    redis = settings.redis.model_validate({"url": settings.redis.url, **urls})
    return settings.model_copy(update={"redis": redis})


async def append(writer: StreamWriter, producer: str, flush: Flush) -> None:
    """Append the flush, again after a timeout, as a collector does: the server takes a sequence number once."""
    while True:
        try:
            await writer.append_once(producer, [flush])
        except RedisError:
            await asyncio.sleep(0.05)
        else:
            return


class Collector:
    """Sends numbered flushes of beacons, one after the other, and counts those that were acknowledged."""

    def __init__(self, name: str, make: Callable[..., object]) -> None:
        self.name = name
        self.acknowledged = 0
        self._numbers = itertools.count(1)
        self._make = make

    async def sends(self, beacons: int) -> None:
        """Return when so many more were acknowledged."""
        wanted = self.acknowledged + beacons
        await until(lambda: self.acknowledged >= wanted)

    @asynccontextmanager
    async def sending(self, settings: Settings) -> AsyncIterator[None]:
        """Send until the block ends, then wait for the flush in flight, as a collector does when it stops."""
        streams = connect_streams(settings.redis, SHARDS)
        stopping = asyncio.Event()

        async def send() -> None:
            writer = StreamWriter(streams)
            while not stopping.is_set():
                by_shard: dict[int, list[bytes]] = {}
                for number in range(5):
                    visitor = some_visitor(self.acknowledged % 50 * 5 + number)
                    beacon = self._make(visitor_id=visitor)
                    by_shard.setdefault(shard_of(visitor, SHARDS), []).append(encode_beacon(beacon))
                await append(writer, self.name, make_flush(next(self._numbers), by_shard))
                self.acknowledged += 5
                await asyncio.sleep(0.002)

        sending = asyncio.create_task(send())
        try:
            yield
        finally:
            stopping.set()
            await sending
            await close_streams(streams)


async def work(settings: Settings, seconds: float | None = None) -> None:
    """Store what is on the streams: everything, or what arrives within some time."""
    async with open_worker(settings, lambda: NOON, burst=True) as worker:
        for shard in range(SHARDS):
            await worker.ingest.drain(shard, 60 if seconds is None else seconds / SHARDS)


async def move(settings: Settings) -> dict[int, int]:
    connection = await connect(settings.database.url.get_secret_value())
    former, present = connect_former_streams(settings.redis, SHARDS), connect_streams(settings.redis, SHARDS)
    try:
        return dict([each async for each in move_streams(connection, former, present, SHARDS, os.urandom)])
    finally:
        await connection.close()
        await close_streams(former)
        await close_streams(present)


async def stored(pool) -> tuple[int, int, int]:
    """Count the beacons that workers read, that are stored as events, and that the streams have counted."""
    return (
        await pool.fetchval("select coalesce(sum(beacons), 0) from ingest_counts"),
        await pool.fetchval("select count(*) from events"),
        await pool.fetchval("select sum(accepted) from ingest_offsets"),
    )


@pytest.mark.parametrize(
    ("before", "after", "moved"), [("a", "ab", {2, 3}), ("ab", "b", {0, 1}), ("a", "b", {0, 1, 2, 3})]
)
async def test_beacons_acknowledged_during_a_move_are_stored_once(
    tmp_path: Path, settings: Settings, pool, redis, before, after, moved
):
    valkeys = {name: TcpValkey(tmp_path / name) for name in "ab"}
    old = spread(settings, [valkeys[name] for name in before])
    new = spread(settings, [valkeys[name] for name in after], [valkeys[name] for name in before])
    make = beacon_maker()
    first, second = Collector("first", make), Collector("second", make)
    with running(*valkeys.values()):
        async with second.sending(old):
            async with first.sending(old):
                await work(old, seconds=0.8)
                await first.sends(500)
            # The first is restarted with the new settings while the second still writes to the old servers.
            async with first.sending(new):
                await first.sends(100)
                assert (await move(new)).keys() == moved
                assert (await move(new)).keys() == moved, "again, for the beacons that the second collector sent since"
        async with second.sending(new):
            await move(new)
            await work(new, seconds=0.4)
        assert sum((await move(new)).values()) == 0, "nothing is left, and moving again does not disturb workers"
        await work(new)
        everything = first.acknowledged + second.acknowledged
        assert everything > 500
        assert await stored(pool) == (everything, everything, everything)


async def test_streams_move_there_and_back(tmp_path: Path, settings: Settings, pool, redis):
    a, b = TcpValkey(tmp_path / "a"), TcpValkey(tmp_path / "b")
    collector = Collector("only", beacon_maker())
    with running(a, b):
        for servers, former in (((a,), ()), ((b,), (a,)), ((a,), (b,)), ((b,), (a,))):
            now = spread(settings, servers, former)
            if former:
                async with collector.sending(spread(settings, former)):
                    await collector.sends(50)
            async with collector.sending(now):
                if former:
                    await move(now)
                await collector.sends(50)
            await work(now)
        assert await stored(pool) == (collector.acknowledged,) * 3


async def test_interrupted_move_can_be_repeated(tmp_path: Path, settings: Settings, pool, redis, monkeypatch):
    a, b = TcpValkey(tmp_path / "a"), TcpValkey(tmp_path / "b")
    collector = Collector("only", beacon_maker())
    old, new = spread(settings, [a]), spread(settings, [b], [a])
    with running(a, b):
        async with collector.sending(old):
            await work(old, seconds=0.2)
            await collector.sends(50)

        async def no_time(*_: object) -> None:
            raise OSError("interrupted between appending and removing")

        for _ in range(2):
            with monkeypatch.context() as broken:
                broken.setattr("common.streams.move._remove", no_time)
                with pytest.raises(OSError, match="interrupted"):
                    await move(new)
        async with collector.sending(new):
            await move(new)
        await work(new)
        assert await stored(pool) == (collector.acknowledged,) * 3


async def test_move_is_refused_while_a_worker_runs(tmp_path: Path, settings: Settings, redis):
    a, b = TcpValkey(tmp_path / "a"), TcpValkey(tmp_path / "b")
    with running(a, b):
        async with open_worker(spread(settings, [a]), lambda: NOON, burst=True):
            with pytest.raises(MoveStreamsError, match="stop all workers"):
                await move(spread(settings, [b], [a]))


@pytest.mark.parametrize("collectors_have_begun", [True, False])
async def test_previous_servers_in_the_wrong_order_move_nothing(
    tmp_path: Path, settings: Settings, pool, redis, collectors_have_begun: bool
):
    a, b, c = (TcpValkey(tmp_path / name) for name in "abc")
    collector = Collector("only", beacon_maker())
    with running(a, b, c):
        async with collector.sending(spread(settings, [a, b])):
            await work(spread(settings, [a, b]), seconds=0.4)
            await collector.sends(50)
        if collectors_have_begun:
            async with collector.sending(spread(settings, [c])):
                await collector.sends(50)
            assert sum((await move(spread(settings, [c], [b, a]))).values()) == 0
        else:
            with pytest.raises(MoveStreamsError, match=r"server 1 of redis\.previous_urls lacks"):
                await move(spread(settings, [c], [b, a]))
        assert sum((await move(spread(settings, [c], [a, b]))).values()) > 0
        await work(spread(settings, [c]))
        assert await stored(pool) == (collector.acknowledged,) * 3


async def test_server_that_never_had_streams_is_not_a_previous_one(tmp_path: Path, settings: Settings, pool, redis):
    a, b = TcpValkey(tmp_path / "a"), TcpValkey(tmp_path / "b")
    collector = Collector("only", beacon_maker())
    with running(a, b):
        async with collector.sending(spread(settings, [a])):
            await work(spread(settings, [a]), seconds=0.4)
            await collector.sends(50)
        before = await pool.fetch("select shard, last_id, stream_total from ingest_offsets order by shard")
        assert sum((await move(spread(settings, [a], [b]))).values()) == 0
        assert await pool.fetch("select shard, last_id, stream_total from ingest_offsets order by shard") == before
        await work(spread(settings, [a]))
        assert await stored(pool) == (collector.acknowledged,) * 3


@pytest.mark.parametrize("more_comes_to_the_former", [True, False])
async def test_workers_that_start_on_the_new_server_too_early_lose_nothing(
    tmp_path: Path, settings: Settings, pool, redis, more_comes_to_the_former: bool
):
    a, b = TcpValkey(tmp_path / "a"), TcpValkey(tmp_path / "b")
    make = beacon_maker()
    first, second = Collector("first", make), Collector("second", make)
    old, new = spread(settings, [a]), spread(settings, [b], [a])
    with running(a, b):
        async with first.sending(old):
            await work(old, seconds=0.4)
            await first.sends(50)
        async with second.sending(new):
            await second.sends(50)
        await work(new)
        if more_comes_to_the_former:
            async with first.sending(old):
                await first.sends(50)
        assert sum((await move(new)).values()) > 0
        await work(new)
        everything = first.acknowledged + second.acknowledged
        assert await stored(pool) == (everything, everything, everything)


async def test_only_one_move_runs_at_a_time(tmp_path: Path, settings: Settings, pool, redis):
    a, b = TcpValkey(tmp_path / "a"), TcpValkey(tmp_path / "b")
    with running(a, b):
        async with pool.acquire() as other:
            await other.execute("select pg_advisory_lock(hashtext('move streams'))")
            with pytest.raises(MoveStreamsError, match="another move-streams"):
                await move(spread(settings, [b], [a]))
