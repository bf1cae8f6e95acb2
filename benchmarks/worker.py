"""How fast one worker process brings beacons from filled streams into Postgres, with fsync on.

The streams are filled aside and moved into place once the worker is ready, so that its start does not count. The
clock runs from then until Postgres has accounted for every beacon.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from redis.asyncio import Redis

from benchmarks.ledger import Ledger
from benchmarks.processes import all_cores, cpu_seconds, family, proportional_bytes, resident_bytes
from benchmarks.report import Row, Section, Target, memory, over_rounds
from benchmarks.servers import (
    SHARDS,
    make_site,
    prepare_database,
    publish_site,
    running_postgres,
    running_valkey,
    running_worker,
    settings_for,
)
from benchmarks.traffic import beacons
from common.beacon import Beacon, encode_beacon
from common.clock import system_clock
from common.connections import connect_redis
from common.identity import shard_of
from common.streams import StreamWriter
from common.streams.writer import STREAM

RATE = Target(15_000)
_A_SECOND = 500.0
"""How fast the beacons came, by their own time: 200,000 of them are some minutes of a busy site."""
_A_FLUSH = 128
"""Beacons that a busy collector makes durable at a time."""
_ASIDE = 1


@dataclass(frozen=True, slots=True)
class Run:
    rate: float
    """Beacons a second."""
    cpu: float
    """Share of one core that the worker used, 0-1."""
    postgres_cpu: float
    """Cores that all processes of PostgreSQL used."""
    worker_memory: int | None
    postgres_memory: int | None
    valkey_memory: int | None
    made: dict[str, int]


def measure(folder: Path, *, rounds: int, count: int) -> list[Section]:
    """Raises ``BenchmarkError`` when not every beacon is accounted for, exactly once."""
    runs = [_round(folder / f"worker-{number}", count) for number in range(rounds)]
    last = runs[-1]
    rows = [
        over_rounds("beacons stored a second", [run.rate for run in runs], "/s", RATE),
        over_rounds("cores that the worker used", [run.cpu for run in runs]),
        over_rounds("cores that PostgreSQL used", [run.postgres_cpu for run in runs]),
        *memory("worker, resident", last.worker_memory),
        *memory("PostgreSQL, all processes", last.postgres_memory),
        *memory("Valkey, resident", last.valkey_memory),
        *(Row(what=f"{table} made of them", value=rows) for table, rows in last.made.items()),
    ]
    return [Section(f"Worker: {count:,} beacons from the streams into PostgreSQL, one process", rows)]


def _round(folder: Path, count: int) -> Run:
    folder.mkdir()
    with running_postgres(folder) as postgres, running_valkey(folder, cores=all_cores()) as valkey:
        database_url = postgres.database_url()
        prepare_database(database_url)
        asyncio.run(_fill(valkey.url, database_url, count))
        with running_worker(valkey.url, database_url, folder, all_cores()) as worker:
            assert postgres.process
            assert valkey.process
            pid, servers = worker.process.pid, family(postgres.process.pid)
            before, server_before = cpu_seconds(pid), sum(map(cpu_seconds, servers))
            took, made = asyncio.run(_drain(valkey.url, database_url, count))
            servers = family(postgres.process.pid)
            return Run(
                rate=count / took,
                cpu=(cpu_seconds(pid) - before) / took,
                postgres_cpu=(sum(map(cpu_seconds, servers)) - server_before) / took,
                worker_memory=resident_bytes(pid),
                postgres_memory=proportional_bytes(servers),
                valkey_memory=resident_bytes(valkey.process.pid),
                made=made,
            )


async def _fill(redis_url: str, database_url: str, count: int) -> None:
    """Puts the beacons aside, as the collector would have queued them until now."""
    site_id = await make_site(database_url)
    redis = _connect(redis_url)
    await publish_site(redis, site_id)
    await redis.aclose()
    aside = _connect(f"{redis_url}?db={_ASIDE}")
    begin = system_clock() - int(count / _A_SECOND * 1000)
    await append_all(aside, islice(beacons(1, site_id, begin, a_second=_A_SECOND), count))
    await aside.aclose()


async def append_all(redis: "Redis", made: Iterable[Beacon]) -> None:
    """Appends in flushes of the size that a busy collector has."""
    writer, rest = StreamWriter(redis), iter(made)
    while flush := list(islice(rest, _A_FLUSH)):
        by_shard: dict[int, list[bytes]] = {}
        for beacon in flush:
            by_shard.setdefault(shard_of(beacon.visitor_id, SHARDS), []).append(encode_beacon(beacon))
        await writer.append(by_shard)


async def _drain(redis_url: str, database_url: str, count: int) -> tuple[float, dict[str, int]]:
    """Moves the streams into place. Seconds until all is stored, and the rows made."""
    aside = _connect(f"{redis_url}?db={_ASIDE}")
    async with Ledger(database_url) as ledger:
        async with aside.pipeline(transaction=True) as pipe:
            for shard in range(SHARDS):
                pipe.move(STREAM.format(shard), 0)
            await pipe.execute()
        took = await ledger.wait_for(count)
        rows = await ledger.rows()
    await aside.aclose()
    return took, rows


def _connect(redis_url: str) -> "Redis":
    return connect_redis(settings_for(redis_url).redis)
