"""Estimate what machines of several sizes hold from measured unit costs, as docs/explanation/scaling.md describes."""

from dataclasses import dataclass
from math import ceil

from benchmarks.markdown import table
from benchmarks.results import Results

CORES = (2, 8, 32)
USED = 0.7
"""Share of a core that may be used on average at the busiest time; the rest is for peaks, reports and the system."""
BEACONS_A_VIEW = 2.0
"""A page view and its leave; events and clicks are about as many as missing leaves."""
PEAK = 3.0
"""Traffic at the busiest time as a multiple of the daily average."""
SHARDS = 16
"""The default of an install: the maximum number of workers."""
DAY = 86_400

_PARTS = ("collector", "worker", "Valkey", "PostgreSQL")


@dataclass(frozen=True, slots=True)
class BeaconCosts:
    """Microseconds of processor time per beacon."""

    collector: float
    worker: float
    valkey: float
    postgres: float

    @property
    def all(self) -> float:
        return self.collector + self.worker + self.valkey + self.postgres

    def one_core_holds(self, cost: float) -> float:
        """Return beacons a second."""
        return USED * 1e6 / cost


@dataclass(frozen=True, slots=True)
class MachineCapacity:
    """What one machine that runs everything holds."""

    beacons: float
    """Per second at the busiest time."""
    views_a_day: float
    collectors: int
    workers: int
    groups: int
    """Number of Redis servers."""
    postgres_cores: float


def costs_of(results: Results) -> BeaconCosts | None:
    """Return the costs, None if they were not measured."""
    found = [results.value(f"end to end: {part}") for part in _PARTS]
    known = [cost for cost in found if cost]
    return BeaconCosts(*known) if len(known) == len(_PARTS) else None


def holds(cores: int, costs: BeaconCosts) -> MachineCapacity:
    beacons = cores * USED * 1e6 / costs.all
    return MachineCapacity(
        beacons=beacons,
        views_a_day=beacons / PEAK / BEACONS_A_VIEW * DAY,
        collectors=ceil(beacons / costs.one_core_holds(costs.collector)),
        workers=ceil(beacons / costs.one_core_holds(costs.worker)),
        groups=ceil(beacons / costs.one_core_holds(costs.valkey)),
        postgres_cores=beacons * costs.postgres / 1e6,
    )


def costs_table(results: Results) -> str:
    costs = costs_of(results)
    if costs is None:
        return "Not measured.\n"
    rows = [
        (name, f"{cost:.1f} µs", f"{costs.one_core_holds(cost):,.0f}/s")
        for name, cost in zip(_PARTS, (costs.collector, costs.worker, costs.valkey, costs.postgres), strict=True)
    ]
    whole = ("total", f"{costs.all:.1f} µs", f"{costs.one_core_holds(costs.all):,.0f}/s")
    return table(("", "processor time a beacon", f"one core at {USED:.0%} holds"), [*rows, whole])


def machines_table(results: Results) -> str:
    costs = costs_of(results)
    if costs is None:
        return "Not measured.\n"
    bytes_a_view = results.value("storage: raw")
    memory = {name: results.value(f"end to end: memory of {name}") for name in ("collector", "worker")}
    machines = [holds(cores, costs) for cores in CORES]
    rows: list[tuple[str, ...]] = [
        ("beacons a second at the busiest time", *(_round(one.beacons) for one in machines)),
        ("page views a day", *(f"{one.views_a_day / 1e6:,.0f} M" for one in machines)),
        ("collectors", *(str(one.collectors) for one in machines)),
        ("workers", *(str(one.workers) for one in machines)),
        ("Redis groups", *(str(one.groups) for one in machines)),
        ("cores that PostgreSQL uses for ingest", *(f"{one.postgres_cores:.1f}" for one in machines)),
    ]
    if memory["collector"] and memory["worker"]:
        held = [one.collectors * memory["collector"] + one.workers * memory["worker"] for one in machines]
        rows.append(("memory of collectors and workers", *(f"{mb / 1000:.1f} GB" for mb in held)))
    if bytes_a_view:
        month = [one.views_a_day * 30 * bytes_a_view / 1e12 for one in machines]
        rows.append(("disk of raw rows, a month of such days", *(f"{terabytes:,.1f} TB" for terabytes in month)))
    return table(("", *(f"{cores} cores" for cores in CORES)), rows)


def limits_table(results: Results) -> str:
    """Return the table of the maximum of one of each service."""
    costs = costs_of(results)
    if costs is None:
        return "Not measured.\n"
    workers = SHARDS * costs.one_core_holds(costs.worker)
    rows = [
        ("one collector (one core)", costs.one_core_holds(costs.collector), "another collector"),
        ("one worker (one core)", costs.one_core_holds(costs.worker), "another worker"),
        ("one Redis server (one core for commands)", costs.one_core_holds(costs.valkey), "another group of shards"),
        (f"workers on all {SHARDS} shards", workers, "more shards, chosen when an install is created"),
        ("PostgreSQL on 8 cores of its own", 8 * costs.one_core_holds(costs.postgres), "more cores; Citus"),
        ("PostgreSQL on 32 cores of its own", 32 * costs.one_core_holds(costs.postgres), "Citus"),
    ]
    ordered = sorted(rows, key=lambda row: row[1])
    return table(("", "beacons a second", "then"), [(what, _round(rate), then) for what, rate, then in ordered])


def _round(rate: float) -> str:
    """Round to two digits, which is as precise as the estimate."""
    digits = max(0, len(str(int(rate))) - 2)
    return f"{round(rate, -digits):,.0f}"
