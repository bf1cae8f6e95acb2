"""The collector's durable beacons a second, compared with a handler that only reads the body and returns 202.

All servers run on the same core and get load in turns; the load generator and Valkey have the other cores. After
every turn, the streams must contain as many beacons as were acknowledged.
"""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.load import LoadJob, LoadResult
from benchmarks.processes import BenchmarkError, cpu_seconds, generate_load, other_cores, resident_bytes, server_core
from benchmarks.report import ResultRow, ResultTarget, Section, memory, over_rounds
from benchmarks.servers import (
    BenchmarkedService,
    forget_streams,
    publish_site,
    queued,
    running_bare,
    running_collector,
    running_valkey,
    settings_for,
)
from common.connections import connect_redis
from services.cli.embedded import EmbeddedValkey

SITE_ID = 1
RATIO = ResultTarget(0.90)
P99_MS = ResultTarget(10, at_least=False)
MEMORY_MB = ResultTarget(80, at_least=False)
START_SECONDS = ResultTarget(1, at_least=False)
GENERATOR = ResultTarget(35_000)
_FSYNC = ("always", "everysec")
_STARTS = 5
_TRIES = 3


@dataclass
class MeasuredServer:
    """A server under test and its measurements."""

    name: str
    service: BenchmarkedService
    valkey: EmbeddedValkey | None = None
    full: list[LoadResult] = field(default_factory=list)
    half: list[LoadResult] = field(default_factory=list)
    microseconds: list[float] = field(default_factory=list)
    """Processor time of the server per response at full speed; reliable even on a busy machine."""

    @property
    def rate(self) -> float:
        return median(result.rate for result in self.full)


def measure(folder: Path, *, rounds: int, seconds: float) -> list[Section]:
    """Measure all subjects. Raise ``BenchmarkError`` when an acknowledged beacon is not in the stream."""
    notes: list[str] = []
    with ExitStack() as stack:
        raw = stack.enter_context(running_bare("benchmarks.raw", folder, server_core()))
        ceiling = [generate_load(LoadJob(port=raw.port, seconds=seconds / 2), other_cores()) for _ in range(3)]
        subjects = [
            MeasuredServer("bare handler", stack.enter_context(running_bare("benchmarks.bare", folder, server_core())))
        ]
        subjects += [_collector(stack, folder / fsync, fsync) for fsync in _FSYNC]
        for _ in range(rounds):
            for subject in subjects:
                turn(subject, subject.full, LoadJob(port=subject.service.port, seconds=seconds), notes)
        half = median(subject.rate for subject in subjects[1:]) / 2
        for _ in range(rounds):
            for subject in subjects:
                turn(subject, subject.half, LoadJob(port=subject.service.port, seconds=seconds, rate=half), notes)
        behind = [subject.name for subject in subjects if any(result.unsent for result in subject.half)]
        if behind:
            notes.append(f"could not keep up with half load: {', '.join(behind)}; the machine had other work")
        starts = _starts(subjects[1], folder)
        return [_throughput(subjects, ceiling, notes), _latency(subjects, half), _process(subjects, starts)]


def _collector(stack: ExitStack, folder: Path, fsync: str) -> MeasuredServer:
    folder.mkdir()
    valkey = stack.enter_context(running_valkey(folder, fsync=fsync, cores=other_cores()))
    asyncio.run(publish(valkey.url))
    service = stack.enter_context(running_collector(valkey.url, folder, server_core()))
    return MeasuredServer(f"collector, fsync {fsync}", service, valkey)


def turn(subject: MeasuredServer, results: list[LoadResult], job: LoadJob, notes: list[str]) -> None:
    """Add one result. A round in which a request got no response is repeated, and noted.

    Raise ``BenchmarkError`` when that fails too, or when an acknowledged beacon is not in the stream.
    """
    pid = subject.service.process.pid
    for _ in range(_TRIES):
        before = cpu_seconds(pid)
        result = generate_load(job, other_cores())
        if not job.rate:
            subject.microseconds.append((cpu_seconds(pid) - before) / sum(result.answers.values()) * 1e6)
        if subject.valkey:
            asyncio.run(check_streams(subject.name, subject.valkey.url, result))
        if set(result.answers) == {202} and not result.failures:
            results.append(result)
            return
        if not job.rate:
            subject.microseconds.pop()
        notes.append(
            f"a round of {subject.name} was made again: answers {result.answers}, {result.failures} without a response"
        )
    raise BenchmarkError(f"{_TRIES} times in a row: {notes[-1]}")


async def publish(redis_url: str) -> None:
    redis = connect_redis(settings_for(redis_url).redis)
    await publish_site(redis, SITE_ID)
    await redis.aclose()


async def check_streams(name: str, redis_url: str, result: LoadResult) -> None:
    """Empty the streams. Raise ``BenchmarkError`` unless they contained what was acknowledged.

    Beacons without a response may have been stored too.
    """
    redis = connect_redis(settings_for(redis_url).redis)
    found = await queued(redis)
    await forget_streams(redis)
    await redis.aclose()
    acknowledged = result.answers.get(202, 0)
    if not acknowledged <= found <= acknowledged + result.failures:
        raise BenchmarkError(f"{name}: {acknowledged} beacons were acknowledged, {found} are in the streams")


def _starts(subject: MeasuredServer, folder: Path) -> list[float]:
    """Return the seconds until another collector on the same machine was ready, several times."""
    assert subject.valkey
    taken = []
    for _ in range(_STARTS):
        with running_collector(subject.valkey.url, folder, server_core()) as started:
            taken.append(started.started_in)
    return taken


def _throughput(subjects: Sequence[MeasuredServer], ceiling: Sequence[LoadResult], notes: list[str]) -> Section:
    bare, *collectors = subjects
    rows = [over_rounds("load generator against a trivial server", [r.rate for r in ceiling], "/s", GENERATOR)]
    rows += [
        over_rounds(subject.name, [r.rate for r in subject.full], "/s", key=f"{subject.name}: rate")
        for subject in subjects
    ]
    for subject in collectors:
        ratios = [ours.rate / theirs.rate for ours, theirs in zip(subject.full, bare.full, strict=True)]
        rows.append(over_rounds(f"{subject.name} / bare handler", ratios, target=RATIO))
    rows += [
        over_rounds(
            f"{subject.name}: processor time a beacon", subject.microseconds, "µs", key=f"{subject.name}: processor"
        )
        for subject in subjects
    ]
    for subject in collectors:
        ratios = [theirs / ours for ours, theirs in zip(subject.microseconds, bare.microseconds, strict=True)]
        rows.append(over_rounds(f"bare handler / {subject.name}, by processor time", ratios, target=RATIO))
    connections = f"{LoadJob(port=0, seconds=0).connections} connections, kept alive"
    return Section("Collector: durable beacons a second, one process", rows, [connections, *notes])


def _latency(subjects: Sequence[MeasuredServer], half: float) -> Section:
    rows: list[ResultRow] = []
    for title, loaded in (("full speed", "full"), (f"half load, {half:,.0f}/s", "half")):
        for subject in subjects:
            results: list[LoadResult] = getattr(subject, loaded)
            target = P99_MS if loaded == "half" and subject.valkey else None
            rows.append(over_rounds(f"{subject.name}, {title}: p50", [r.p50_ms for r in results], "ms"))
            rows.append(over_rounds(f"{subject.name}, {title}: p99", [r.p99_ms for r in results], "ms", target))
    return Section("Collector: latency of a response", rows)


def _process(subjects: Sequence[MeasuredServer], starts: Sequence[float]) -> Section:
    rows = [over_rounds("from the start of the process until it is ready", starts, "s", START_SECONDS)]
    for subject in subjects:
        is_ours = subject.valkey is not None
        rows += memory(
            f"{subject.name}: resident memory after all rounds",
            subject.service.memory,
            MEMORY_MB if is_ours else None,
            f"{subject.name}: memory",
        )
        if subject.valkey and subject.valkey.process:
            rows += memory(f"Valkey of {subject.name}", resident_bytes(subject.valkey.process.pid))
    return Section("Collector: start and memory", rows)
