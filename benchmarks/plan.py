"""The parts, the size of each, and its time budget on two cores."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks import (
    bots,
    collector,
    collectors,
    end_to_end,
    insights,
    install,
    statistics,
    statistics_sets,
    web,
    worker,
)
from benchmarks.report import Section


class Options(NamedTuple):
    quick: bool
    rate: float
    """Beacons a second, end to end."""
    seconds: float
    """How long, end to end."""
    sizes: tuple[int, ...]
    """Visits of the sites for statistics; empty: the largest cached one, or else one generated in a minute."""
    cache: Path
    scaled: bool
    """Also measure ten times the last site."""
    install: bool
    """Also measure a fresh clone, which needs the network."""
    series: Path | None
    log: Path | None


class BenchmarkPart(NamedTuple):
    name: str
    budget: float
    """Seconds."""
    measure: Callable[[Path, Options], list[Section]]
    """Called with a folder of its own."""
    is_extra: bool = False
    """Measured only when requested by name; not part of the total budget."""


def plan() -> tuple[BenchmarkPart, ...]:
    """Return the parts in the order of measurement."""
    return (
        BenchmarkPart("collector", 120, _collector),
        BenchmarkPart("worker", 130, _worker),
        BenchmarkPart("end-to-end", 330, _end_to_end),
        BenchmarkPart("statistics", 200, _statistics),
        BenchmarkPart("web", 55, _web),
        BenchmarkPart("install", 35, _install),
        BenchmarkPart("insights", 15, lambda _folder, options: insights.measure(options.series)),
        BenchmarkPart("bots", 15, _bots),
    )


def _collector(folder: Path, options: Options) -> list[Section]:
    rounds, seconds = (1, 1.5) if options.quick else (3, 3)
    return [
        *collector.measure(folder, rounds=rounds, seconds=seconds),
        *collectors.measure(folder, rounds=rounds, seconds=seconds),
    ]


def _worker(folder: Path, options: Options) -> list[Section]:
    return worker.measure(folder, rounds=1 if options.quick else 3, count=50_000 if options.quick else 150_000)


def _end_to_end(folder: Path, options: Options) -> list[Section]:
    seconds = 8 if options.quick else options.seconds
    return end_to_end.measure(folder, rate=options.rate, seconds=seconds, full_speed=3 if options.quick else 10)


def _statistics(folder: Path, options: Options) -> list[Section]:
    if options.quick:
        return statistics.measure(folder, folder / "sets", sizes=(20_000,), scaled=False, rounds=3)
    sizes = options.sizes or statistics_sets.default_sizes(options.cache)
    return statistics.measure(folder, options.cache, sizes=sizes, scaled=options.scaled, rounds=7)


def _web(folder: Path, options: Options) -> list[Section]:
    return web.measure(folder, rounds=2 if options.quick else 5)


def _install(folder: Path, options: Options) -> list[Section]:
    return install.measure(folder, rounds=1 if options.quick else 2, from_clone=options.install)


def _bots(_folder: Path, options: Options) -> list[Section]:
    return bots.measure(count=60_000 if options.quick else 250_000, log=options.log)
