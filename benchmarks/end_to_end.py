"""Load generator, collector, Valkey, worker and PostgreSQL, all on this machine, sharing its cores.

First at a given rate for minutes, then at full speed for seconds. Every acknowledged beacon must be stored. The
processor time of each process per beacon is the basis of docs/explanation/scaling.md.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import quantiles

from benchmarks.load import LoadJob, LoadResult
from benchmarks.load_monitor import LoadMonitor, LoadSamples
from benchmarks.outcome_reader import OutcomeReader
from benchmarks.processes import (
    BenchmarkError,
    all_cores,
    cpu_seconds,
    family,
    family_cpu_seconds,
    generate_load,
    proportional_bytes,
    resident_bytes,
)
from benchmarks.report import ResultRow, ResultTarget, Section, memory
from benchmarks.servers import (
    make_site,
    prepare_database,
    publish_site,
    running_collector,
    running_postgres,
    running_valkey,
    running_worker,
    settings_for,
)
from common.connections import connect_redis

NOTHING_LOST = ResultTarget(0, at_least=False)
LAG_SECONDS = ResultTarget(2, at_least=False)
OF_RATE = 0.99
"""Minimum share of the requested rate; with less, the load generator was too slow."""
FLAT = ResultTarget(1.1, at_least=False)
"""Maximum memory of the last minute as a multiple of the second."""
_SETTLE_SECONDS = 1.0
_DISTINCT = 200_000
"""Different requests; then they repeat with other visitors."""
_OURS = ("collector", "worker")


def measure(folder: Path, *, rate: float, seconds: float, full_speed: float) -> list[Section]:
    """Measure ``seconds`` at ``rate`` beacons a second, and ``full_speed`` seconds at full speed.

    Raise ``BenchmarkError`` when beacons are rejected, or more or fewer are stored than were acknowledged.
    """
    with running_postgres(folder) as postgres, running_valkey(folder, cores=all_cores()) as valkey:
        database_url = postgres.database_url()
        prepare_database(database_url)
        asyncio.run(_make_site(database_url, valkey.url))
        with (
            running_collector(valkey.url, folder, all_cores()) as collector,
            running_worker(valkey.url, database_url, folder, all_cores()) as worker,
        ):
            assert postgres.process
            assert valkey.process
            pids = {
                "collector": collector.process.pid,
                "worker": worker.process.pid,
                "Valkey": valkey.process.pid,
                "PostgreSQL": postgres.process.pid,
            }
            load = _Load(collector.port, valkey.url, database_url, pids)
            steady = load.run(f"{rate:,.0f}/s for {seconds:.0f} s", rate, seconds, ResultTarget(rate * OF_RATE))
            return [*steady, load.run(f"full speed, {full_speed:.0f} s", 0, full_speed)[0]]


class _Load:
    """Runs load on one install, one run after the other."""

    def __init__(self, port: int, redis_url: str, database_url: str, pids: dict[str, int]) -> None:
        self._port = port
        self._redis_url = redis_url
        self._database_url = database_url
        self._pids = pids
        self._acknowledged = 0
        self._runs = 0

    def run(self, title: str, rate: float, seconds: float, target: ResultTarget | None = None) -> list[Section]:
        self._runs += 1
        distinct = min(_DISTINCT, int((rate or 20_000) * (seconds + 1)))
        job = LoadJob(port=self._port, seconds=seconds, rate=rate, distinct=distinct, seed=self._runs)
        before = self._cpu()
        result, seen = asyncio.run(self._watched(job))
        if set(result.answers) != {202}:
            raise BenchmarkError(f"answers {result.answers}, without a response {result.failures}")
        self._acknowledged += result.answers[202]
        waited, stored = asyncio.run(self._wait(self._acknowledged, result.failures))
        used = {name: seconds - before[name] for name, seconds in self._cpu().items()}
        return [
            Section(f"End to end: {title}", _rows(result, seen, waited, target) + _account(self._acknowledged, stored)),
            Section(f"End to end, {title}: processor time a beacon", _costs(result, used)),
            Section(f"End to end, {title}: memory, second and last minute", _memory(seen)),
        ]

    def _cpu(self) -> dict[str, float]:
        one = {name: cpu_seconds(self._pids[name]) for name in _OURS}
        return one | {name: family_cpu_seconds(pid) for name, pid in self._pids.items() if name not in _OURS}

    async def _watched(self, job: LoadJob) -> tuple[LoadResult, LoadSamples]:
        def postgres_memory() -> int | None:
            return proportional_bytes(family(self._pids["PostgreSQL"]))

        single: dict[str, Callable[[], int | None]] = {
            name: partial(resident_bytes, pid) for name, pid in self._pids.items() if name != "PostgreSQL"
        }
        async with LoadMonitor(self._redis_url, self._database_url, single | {"PostgreSQL": postgres_memory}) as watch:
            result = await asyncio.to_thread(generate_load, job, all_cores())
        return result, watch.seen

    async def _wait(self, acknowledged: int, unanswered: int) -> tuple[float, dict[str, int]]:
        """Return the seconds until all beacons are accounted for, and their outcomes a moment later."""
        async with OutcomeReader(self._database_url) as ledger:
            waited = await ledger.wait_for(acknowledged, at_most=acknowledged + unanswered)
            await asyncio.sleep(_SETTLE_SECONDS)
            return waited, await ledger.outcomes()


def _rows(result: LoadResult, seen: LoadSamples, waited: float, target: ResultTarget | None) -> list[ResultRow]:
    is_steady = target is not None
    behind = quantiles(seen.lag, n=100, method="inclusive") if len(seen.lag) > 1 else seen.lag * 99
    most = max(seen.lag, default=0.0)
    return [
        ResultRow(what="acknowledged a second", value=result.rate, unit="/s", target=target),
        ResultRow(what="p50 of a response", value=result.p50_ms, unit="ms"),
        ResultRow(what="p99 of a response", value=result.p99_ms, unit="ms"),
        ResultRow(what="longest response", value=result.max_ms, unit="ms"),
        ResultRow(what="without a response", value=result.failures),
        ResultRow(what="due but not sent", value=result.unsent),
        ResultRow(what="lag, median of every second", value=behind[49], unit="s"),
        ResultRow(what="lag, p99 of every second", value=behind[98], unit="s"),
        ResultRow(
            what="lag, maximum",
            value=most,
            unit="s",
            target=LAG_SECONDS if is_steady else None,
            rounds=[round(lag, 3) for lag in seen.lag],
        ),
        ResultRow(what="all stored after the last response", value=waited, unit="s"),
    ]


def _account(acknowledged: int, stored: dict[str, int]) -> list[ResultRow]:
    missing = max(0, acknowledged - sum(stored.values()))
    return [
        ResultRow(what="acknowledged so far", value=acknowledged),
        *(ResultRow(what=f"accounted for as {outcome!r}", value=count) for outcome, count in sorted(stored.items())),
        ResultRow(what="acknowledged and not accounted for", value=missing, target=NOTHING_LOST),
    ]


def _costs(result: LoadResult, used: dict[str, float]) -> list[ResultRow]:
    """Return processor time per beacon, between two times at which everything was stored."""
    count = sum(result.answers.values())
    rows = [
        ResultRow(what=name, value=seconds / count * 1e6, unit="µs", key=f"end to end: {name}")
        for name, seconds in used.items()
    ]
    load = ResultRow(what="load generator, of one core", value=100 * result.cpu, unit="%")
    total = ResultRow(what="total without the load generator", value=sum(used.values()) / count * 1e6, unit="µs")
    return [*rows, total, load]


def _memory(seen: LoadSamples) -> list[ResultRow]:
    rows: list[ResultRow] = []
    for name, values in seen.memory.items():
        if values:
            early, late = seen.early_and_late(name)
            rows += memory(f"{name}: second minute", int(early))
            rows += memory(f"{name}: last minute", int(late), key=f"end to end: memory of {name}")
            rows.append(
                ResultRow(what=f"{name}: last / second", value=late / early, target=FLAT if name in _OURS else None)
            )
    return rows


async def _make_site(database_url: str, redis_url: str) -> None:
    site_id = await make_site(database_url)
    redis = connect_redis(settings_for(redis_url).redis)
    await publish_site(redis, site_id)
    await redis.aclose()
