"""The collector's durable beacons a second, next to a handler that only reads the body and answers 202.

All servers run on the same core, one at a time has load, turn after turn; the load generator and Valkey have the
other core. After every turn, the beacons in the streams must be as many as were acknowledged.
"""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.load import Job, Result
from benchmarks.processes import (
    BenchmarkError,
    cpu_seconds,
    generate_load,
    other_cores,
    resident_bytes,
    server_core,
)
from benchmarks.report import Row, Section, Target, memory, over_rounds
from benchmarks.servers import (
    Service,
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
RATIO = Target(0.80)
MEMORY_MB = Target(100, at_least=False)
GENERATOR = Target(35_000)
_FSYNC = ("always", "everysec")


@dataclass
class Subject:
    """A server under test and what was measured of it."""

    name: str
    service: Service
    valkey: EmbeddedValkey | None = None
    full: list[Result] = field(default_factory=list)
    half: list[Result] = field(default_factory=list)
    microseconds: list[float] = field(default_factory=list)
    """Processor time of the server for an answer at full speed; tells the truth also on a busy machine."""

    @property
    def rate(self) -> float:
        return median(result.rate for result in self.full)


def measure(folder: Path, *, rounds: int, seconds: float) -> list[Section]:
    """Raises ``BenchmarkError`` when a beacon was acknowledged and is not in the stream."""
    with ExitStack() as stack:
        raw = stack.enter_context(running_bare("benchmarks.raw", folder, server_core()))
        ceiling = [generate_load(Job(port=raw.port, seconds=seconds / 2), other_cores()) for _ in range(3)]
        subjects = [
            Subject("bare handler", stack.enter_context(running_bare("benchmarks.bare", folder, server_core())))
        ]
        subjects += [_collector(stack, folder / fsync, fsync) for fsync in _FSYNC]
        for _ in range(rounds):
            for subject in subjects:
                _turn(subject, subject.full, Job(port=subject.service.port, seconds=seconds))
        half = median(subject.rate for subject in subjects[1:]) / 2
        for _ in range(max(1, rounds // 2)):
            for subject in subjects:
                _turn(subject, subject.half, Job(port=subject.service.port, seconds=seconds, rate=half))
        return [_throughput(subjects, ceiling), _latency(subjects, half), _memory(subjects)]


def _collector(stack: ExitStack, folder: Path, fsync: str) -> Subject:
    folder.mkdir()
    valkey = stack.enter_context(running_valkey(folder, fsync=fsync, cores=other_cores()))
    asyncio.run(_publish(valkey.url))
    service = stack.enter_context(running_collector(valkey.url, folder, server_core()))
    return Subject(f"collector, fsync {fsync}", service, valkey)


def _turn(subject: Subject, results: list[Result], job: Job) -> None:
    pid = subject.service.process.pid
    before = cpu_seconds(pid)
    result = generate_load(job, other_cores())
    if not job.rate:
        subject.microseconds.append((cpu_seconds(pid) - before) / sum(result.answers.values()) * 1e6)
    if set(result.answers) != {202} or result.failures:
        raise BenchmarkError(f"{subject.name}: answers {result.answers}, without an answer {result.failures}")
    if subject.valkey:
        asyncio.run(_check_streams(subject.name, subject.valkey.url, result.answers[202]))
    results.append(result)


async def _publish(redis_url: str) -> None:
    redis = connect_redis(settings_for(redis_url).redis)
    await publish_site(redis, SITE_ID)
    await redis.aclose()


async def _check_streams(name: str, redis_url: str, acknowledged: int) -> None:
    """Empties the streams. Raises ``BenchmarkError`` unless they held what was acknowledged."""
    redis = connect_redis(settings_for(redis_url).redis)
    found = await queued(redis)
    await forget_streams(redis)
    await redis.aclose()
    if found != acknowledged:
        raise BenchmarkError(f"{name}: {acknowledged} beacons were acknowledged, {found} are in the streams")


def _throughput(subjects: Sequence[Subject], ceiling: Sequence[Result]) -> Section:
    bare, *collectors = subjects
    rows = [over_rounds("load generator against a trivial server", [r.rate for r in ceiling], "/s", GENERATOR)]
    rows += [over_rounds(subject.name, [r.rate for r in subject.full], "/s") for subject in subjects]
    for subject in collectors:
        ratios = [ours.rate / theirs.rate for ours, theirs in zip(subject.full, bare.full, strict=True)]
        rows.append(over_rounds(f"{subject.name} / bare handler", ratios, target=RATIO))
    rows += [over_rounds(f"{subject.name}: processor time", subject.microseconds, "µs") for subject in subjects]
    for subject in collectors:
        ratios = [theirs / ours for ours, theirs in zip(subject.microseconds, bare.microseconds, strict=True)]
        rows.append(over_rounds(f"bare handler / {subject.name}, by processor time", ratios))
    return Section(
        f"Collector: durable beacons a second, one process, {Job(port=0, seconds=0).connections} connections", rows
    )


def _latency(subjects: Sequence[Subject], half: float) -> Section:
    rows: list[Row] = []
    for title, loaded in (("full speed", "full"), (f"{half:,.0f}/s", "half")):
        for subject in subjects:
            results: list[Result] = getattr(subject, loaded)
            rows.append(over_rounds(f"{subject.name}, {title}: p50", [r.p50_ms for r in results], "ms"))
            rows.append(over_rounds(f"{subject.name}, {title}: p99", [r.p99_ms for r in results], "ms"))
    return Section("Collector: latency of an answer", rows)


def _memory(subjects: Sequence[Subject]) -> Section:
    rows: list[Row] = []
    for subject in subjects:
        rows += memory(subject.name, subject.service.memory, MEMORY_MB if subject.valkey else None)
        if subject.valkey and subject.valkey.process:
            rows += memory(f"Valkey of {subject.name}", resident_bytes(subject.valkey.process.pid))
    return Section("Collector: resident memory after all rounds", rows)
