"""How fast workers store beacons from filled streams in PostgreSQL, with fsync on.

The streams are filled under other names and renamed when the workers are ready, so that their start does not count.
The clock runs until PostgreSQL has accounted for every beacon. One worker and two run in turns.
"""

import asyncio
import signal
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from math import ceil
from pathlib import Path
from statistics import median

import msgspec
from redis.asyncio import Redis

from benchmarks.bare_copy import CopySeconds, copy_again
from benchmarks.outcome_reader import OutcomeReader
from benchmarks.processes import (
    all_cores,
    cpu_seconds,
    family,
    family_cpu_seconds,
    proportional_bytes,
    resident_bytes,
)
from benchmarks.report import ResultRow, ResultTarget, Section, memory, over_rounds
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
from benchmarks.traffic import NETWORKS, USER_AGENTS, beacons
from common.beacon import encode_beacon
from common.clock import system_clock
from common.connections import connect_redis
from common.identity import shard_of
from common.streams import StreamWriter
from common.streams.writer import STREAM

RATE = ResultTarget(25_000)
OF_COPY = ResultTarget(0.5)
TWO_WORKERS = ResultTarget(1.7)
MEMORY_MB = ResultTarget(250, at_least=False)
_A_SECOND = 500.0
"""Beacons a second by their own time: 200,000 are some minutes of a busy site."""
_A_FLUSH = 128
"""Beacons in one flush of a busy collector."""
_ASIDE = 1
SITE_ID = 1
"""The first id in a new database."""

Encoded = tuple[int, bytes]
"""The shard and the encoded beacon."""


@dataclass(frozen=True, slots=True)
class WorkerRun:
    seconds: float
    worker_cpu: float
    """Seconds of processor time of all workers."""
    postgres_cpu: float
    valkey_cpu: float
    worker_memory: int | None
    """Of the first worker."""
    postgres_memory: int | None
    valkey_memory: int | None
    made: dict[str, int]
    copied: CopySeconds | None = None
    """A bare COPY of the same rows."""
    steps: dict[str, int] = field(default_factory=dict)
    """Samples by step."""


def measure(folder: Path, *, rounds: int, count: int) -> list[Section]:
    """Measure one worker and two. Raise ``BenchmarkError`` unless every beacon is accounted for exactly once."""
    made = some_beacons(count)
    one, two = [], []
    for number in range(rounds):
        one.append(_round(folder / f"one-{number}", made))
        two.append(_round(folder / f"two-{number}", made, workers=2))
    sampled = _round(folder / "sampled", made, sampled=True)
    return [_one(count, one), _two(count, one, two), _steps(count, one, sampled)]


def _one(count: int, runs: Sequence[WorkerRun]) -> Section:
    last = runs[-1]
    copied = [run.copied for run in runs if run.copied]
    ratios = [copy.from_python / run.seconds for run, copy in zip(runs, copied, strict=True)]
    by_cpu = [copy.cpu / (run.worker_cpu + run.postgres_cpu) for run, copy in zip(runs, copied, strict=True)]
    rows = [
        over_rounds("beacons stored a second", [count / run.seconds for run in runs], "/s", RATE, "worker: rate"),
        over_rounds(
            "bare COPY of the same rows from Python, as many transactions", _rates(count, copied, "from_python"), "/s"
        ),
        over_rounds(
            "bare COPY of the same rows, encoded before, one transaction", _rates(count, copied, "encoded"), "/s"
        ),
        over_rounds("beacons stored / bare COPY from Python", ratios, target=OF_COPY),
        over_rounds("the same by processor time, PostgreSQL's included", by_cpu),
        over_rounds("worker: processor time a beacon", _microseconds(count, runs, "worker_cpu"), "µs"),
        over_rounds("PostgreSQL: processor time a beacon", _microseconds(count, runs, "postgres_cpu"), "µs"),
        over_rounds("Valkey: processor time a beacon", _microseconds(count, runs, "valkey_cpu"), "µs"),
        over_rounds("cores that the worker used", [run.worker_cpu / run.seconds for run in runs]),
        *memory("worker, resident", last.worker_memory, MEMORY_MB, "worker: memory"),
        *memory("PostgreSQL, all processes", last.postgres_memory),
        *memory("Valkey, resident", last.valkey_memory),
        *(ResultRow(what=f"{table} created", value=rows) for table, rows in last.made.items()),
    ]
    notes = [f"{USER_AGENTS:,} different user agents, {NETWORKS:,} networks of IPv4 and IPv6; fsync on"]
    return Section(f"Worker: {count:,} beacons from the streams into PostgreSQL, one process", rows, notes)


def _two(count: int, one: Sequence[WorkerRun], two: Sequence[WorkerRun]) -> Section:
    gains = [single.seconds / double.seconds for single, double in zip(one, two, strict=True)]
    cores = [(run.worker_cpu + run.postgres_cpu + run.valkey_cpu) / run.seconds for run in two]
    rows = [
        over_rounds("beacons stored a second", [count / run.seconds for run in two], "/s"),
        over_rounds("two workers / one", gains, target=TWO_WORKERS, key="worker: scaling"),
        over_rounds("workers: processor time a beacon", _microseconds(count, two, "worker_cpu"), "µs"),
        over_rounds("PostgreSQL: processor time a beacon", _microseconds(count, two, "postgres_cpu"), "µs"),
        over_rounds("cores that workers, PostgreSQL and Valkey used together", cores),
    ]
    notes = [f"workers, PostgreSQL and Valkey share {len(all_cores())} cores"]
    return Section(f"Worker: the same {count:,} beacons, two processes", rows, notes)


def _steps(count: int, runs: Sequence[WorkerRun], sampled: WorkerRun) -> Section:
    total = sum(sampled.steps.values())
    whole = median(run.worker_cpu for run in runs) / count * 1e6
    rows = [
        ResultRow(what=step, value=whole * samples / total, unit="µs")
        for step, samples in sorted(sampled.steps.items(), key=lambda item: -item[1])
    ]
    note = f"from {total:,} samples of a worker's processor time, in a separate run"
    return Section("Worker: processor time a beacon, by step", rows, [note])


def _rates(count: int, copied: Sequence[CopySeconds], which: str) -> list[float]:
    return [count / getattr(copy, which) for copy in copied]


def _microseconds(count: int, runs: Sequence[WorkerRun], which: str) -> list[float]:
    return [getattr(run, which) / count * 1e6 for run in runs]


def _round(folder: Path, encoded: Sequence[Encoded], *, workers: int = 1, sampled: bool = False) -> WorkerRun:
    folder.mkdir()
    count = len(encoded)
    with (
        running_postgres(folder) as postgres,
        running_valkey(folder, cores=all_cores()) as valkey,
        ExitStack() as stack,
    ):
        database_url = postgres.database_url()
        prepare_database(database_url)
        asyncio.run(fill(valkey.url, database_url, encoded))
        module, file = (
            ("benchmarks.parts.sampled_worker", str(folder / "steps")) if sampled else ("services.worker", "")
        )
        processes = [
            stack.enter_context(
                running_worker(valkey.url, database_url, folder, all_cores(), module=module, arguments=file)
            ).process
            for _ in range(workers)
        ]
        assert postgres.process
        assert valkey.process
        if sampled:
            processes[0].send_signal(signal.SIGUSR1)
        servers = postgres.process.pid, valkey.process.pid
        before = sum(cpu_seconds(process.pid) for process in processes), *map(family_cpu_seconds, servers)
        took, made = asyncio.run(drain(valkey.url, database_url, count))
        after = sum(cpu_seconds(process.pid) for process in processes), *map(family_cpu_seconds, servers)
        worker_cpu, postgres_cpu, valkey_cpu = (late - early for early, late in zip(before, after, strict=True))
        worker_memory = resident_bytes(processes[0].pid)
        postgres_memory = proportional_bytes(family(postgres.process.pid))
        valkey_memory = resident_bytes(valkey.process.pid)
        stack.close()
        transactions = SHARDS * ceil(count / SHARDS / settings_for(valkey.url).worker.batch_size)
        is_plain = workers == 1 and not sampled
        return WorkerRun(
            took,
            worker_cpu,
            postgres_cpu,
            valkey_cpu,
            worker_memory,
            postgres_memory,
            valkey_memory,
            made,
            asyncio.run(copy_again(database_url, postgres.process.pid, transactions)) if is_plain else None,
            msgspec.json.decode(Path(file).read_bytes()) if sampled else {},
        )


def some_beacons(count: int) -> list[Encoded]:
    begin = system_clock() - int(count / _A_SECOND * 1000)
    made = islice(beacons(1, SITE_ID, begin, a_second=_A_SECOND), count)
    return [(shard_of(beacon.visitor_id, SHARDS), encode_beacon(beacon)) for beacon in made]


async def fill(redis_url: str, database_url: str, encoded: Sequence[Encoded]) -> None:
    """Fill streams under other names, as the collector would have."""
    site_id = await make_site(database_url)
    assert site_id == SITE_ID
    redis = _connect(redis_url)
    await publish_site(redis, site_id)
    await redis.aclose()
    aside = _connect(f"{redis_url}?db={_ASIDE}")
    await _append_all(aside, encoded)
    await aside.aclose()


async def _append_all(redis: "Redis", encoded: Sequence[Encoded]) -> None:
    """Append in flushes of the size of a busy collector's."""
    writer = StreamWriter(redis)
    for begin in range(0, len(encoded), _A_FLUSH):
        by_shard: dict[int, list[bytes]] = {}
        for shard, beacon in encoded[begin : begin + _A_FLUSH]:
            by_shard.setdefault(shard, []).append(beacon)
        await writer.append(by_shard)


async def drain(redis_url: str, database_url: str, count: int) -> tuple[float, dict[str, int]]:
    """Rename the streams; return the seconds until all is stored, and the rows."""
    aside = _connect(f"{redis_url}?db={_ASIDE}")
    async with OutcomeReader(database_url) as ledger:
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
