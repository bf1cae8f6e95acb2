"""``python -m benchmarks.parts.steps``: measure the cost of enrichment per beacon, step by step.

In the first pass every user agent, referrer and network is new; in the second they are cached. Both use the same
seeded traffic with 2,000 different user agents.
"""

from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.table import Table

from benchmarks.traffic import beacons
from common.beacon import Beacon, decode_beacon, encode_beacon
from common.config import Settings
from services.worker.enrich import STEPS, Event, GeoDatabase, Pipeline, open_geo
from services.worker.enrich.pipeline import Lookups, Step

SEED = 1
BEGIN = 1_700_000_000_000
WARM_ROUNDS = 5


def microseconds_each(work: Callable[[Beacon], object], through: Sequence[Beacon]) -> float:
    """Return the mean microseconds of ``work`` for one of ``through``."""
    start = perf_counter()
    for one in through:
        work(one)
    return (perf_counter() - start) / len(through) * 1e6


def fresh(payloads: Iterable[bytes]) -> list[Beacon]:
    """Return newly decoded beacons, so that no string has a cached hash."""
    return [decode_beacon(payload) for payload in payloads]


def measure(name: str, work: Callable[[Beacon], object], payloads: Sequence[bytes]) -> tuple[str, float, float]:
    """Return the name and the microseconds per beacon in the first pass and in the best of the later ones."""
    first = microseconds_each(work, fresh(payloads))
    return name, first, min(microseconds_each(work, fresh(payloads)) for _ in range(WARM_ROUNDS))


def _apply(step: Step, lookups: Lookups, beacon: Beacon) -> object:
    return step(Event(beacon), lookups)


def all_parts(
    open_database: Callable[[], GeoDatabase], payloads: Sequence[bytes]
) -> Iterable[tuple[str, float, float]]:
    yield measure("making the event", Event, payloads)
    lookups = Pipeline(open_database()).lookups
    for step in STEPS:
        # Each step gets a new event, whose cost is subtracted.
        name, first, later = measure(step.__name__, partial(_apply, step, lookups), payloads)
        base = microseconds_each(Event, fresh(payloads))
        yield name, first - base, later - base
    yield measure("enrich, all of it", Pipeline(open_database()).enrich, payloads)


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--beacons", type=int, default=50_000)
    parser.add_argument("--geo", type=Path, help="a country or city database; default: that of the web build")
    arguments = parser.parse_args()

    def open_database() -> GeoDatabase:
        return GeoDatabase(arguments.geo) if arguments.geo else open_geo(Settings())

    sent = islice(beacons(SEED, 1, BEGIN, a_second=1_000), arguments.beacons)
    payloads = [encode_beacon(beacon) for beacon in sent]
    table = Table("step", "first pass", "again", title=f"us a beacon, {len(payloads):,} beacons")
    for name, first, later in all_parts(open_database, payloads):
        table.add_row(name, f"{first:.2f}", f"{later:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
