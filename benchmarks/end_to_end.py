"""Load generator, collector, Valkey, worker and PostgreSQL, all on this machine, sharing its cores.

First at a given rate, then at full speed. What was acknowledged must be what is stored, to the beacon.
"""

import asyncio
from pathlib import Path

from benchmarks.ledger import Ledger
from benchmarks.load import Job, Result
from benchmarks.processes import (
    BenchmarkError,
    all_cores,
    family,
    generate_load,
    proportional_bytes,
    resident_bytes,
)
from benchmarks.report import Row, Section, Target, memory
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

NOTHING_LOST = Target(0, at_least=False)
_SETTLE_SECONDS = 1.0


def measure(folder: Path, *, rate: float, seconds: float) -> list[Section]:
    """Raises ``BenchmarkError`` when beacons are refused, or more or fewer are stored than were acknowledged."""
    folder = folder / "end-to-end"
    folder.mkdir()
    with running_postgres(folder) as postgres, running_valkey(folder, cores=all_cores()) as valkey:
        database_url = postgres.database_url()
        prepare_database(database_url)
        asyncio.run(_make_site(database_url, valkey.url))
        with (
            running_collector(valkey.url, folder, all_cores()) as collector,
            running_worker(valkey.url, database_url, folder, all_cores()) as worker,
        ):
            sections: list[Section] = []
            acknowledged = 0
            for wanted in (rate, 0):
                distinct = int((wanted or 15_000) * (seconds + 1))
                job = Job(port=collector.port, seconds=seconds, rate=wanted, distinct=distinct, seed=len(sections) + 1)
                result = generate_load(job, all_cores())
                _refuse_failures(result)
                acknowledged += result.answers[202]
                waited, stored = asyncio.run(_wait(database_url, acknowledged))
                title = f"{wanted:,.0f}/s" if wanted else "full speed"
                sections.append(
                    Section(f"End to end, {title}, {seconds:.0f} s", _rows(result, waited, acknowledged, stored))
                )
            assert postgres.process
            assert valkey.process
            sections[-1].rows.extend(
                [
                    *memory("collector, resident", resident_bytes(collector.process.pid)),
                    *memory("worker, resident", resident_bytes(worker.process.pid)),
                    *memory("PostgreSQL, all processes", proportional_bytes(family(postgres.process.pid))),
                    *memory("Valkey, resident", resident_bytes(valkey.process.pid)),
                ]
            )
            return sections


def _rows(result: Result, waited: float, acknowledged: int, stored: dict[str, int]) -> list[Row]:
    total = sum(stored.values())
    return [
        Row(what="acknowledged a second", value=result.rate, unit="/s"),
        Row(what="p50 of an answer", value=result.p50_ms, unit="ms"),
        Row(what="p99 of an answer", value=result.p99_ms, unit="ms"),
        Row(what="stored this long after the last answer", value=waited, unit="s"),
        Row(what="acknowledged so far", value=acknowledged),
        *(Row(what=f"accounted for as {outcome!r}", value=count) for outcome, count in sorted(stored.items())),
        Row(
            what="acknowledged but not accounted for, or the reverse",
            value=abs(acknowledged - total),
            target=NOTHING_LOST,
        ),
    ]


def _refuse_failures(result: Result) -> None:
    if set(result.answers) != {202} or result.failures:
        raise BenchmarkError(f"answers {result.answers}, without an answer {result.failures}")


async def _make_site(database_url: str, redis_url: str) -> None:
    site_id = await make_site(database_url)
    redis = connect_redis(settings_for(redis_url).redis)
    await publish_site(redis, site_id)
    await redis.aclose()


async def _wait(database_url: str, acknowledged: int) -> tuple[float, dict[str, int]]:
    """Seconds until all is accounted for, and as what, a moment later: nothing may come on top."""
    async with Ledger(database_url) as ledger:
        waited = await ledger.wait_for(acknowledged)
        await asyncio.sleep(_SETTLE_SECONDS)
        return waited, await ledger.outcomes()
