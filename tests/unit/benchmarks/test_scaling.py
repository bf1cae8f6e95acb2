"""Estimates from unit costs."""

import pytest

from benchmarks.report import ResultRow, Section
from benchmarks.results import Part
from benchmarks.scaling import BeaconCosts, costs_of, holds, limits_table, machines_table
from tests.unit.benchmarks.test_report import results

COSTS = BeaconCosts(collector=60, worker=40, valkey=10, postgres=30)


def measured(**costs):
    rows = [ResultRow(what=name, value=cost, key=f"end to end: {name}") for name, cost in costs.items()]
    return results(Part("end-to-end", 1, 1, [Section("", rows)]))


def test_machine_sustains_the_load_of_seven_tenths_of_its_cores():
    two, eight = holds(2, COSTS), holds(8, COSTS)
    assert two.beacons == pytest.approx(10_000)
    assert two.views_a_day == pytest.approx(144_000_000)
    assert eight.beacons == pytest.approx(40_000)
    assert eight.postgres_cores == pytest.approx(1.2)


def test_processes_are_added_when_the_others_are_saturated():
    eight = holds(8, COSTS)
    assert (eight.collectors, eight.workers, eight.groups) == (4, 3, 1)


def test_costs_are_read_from_the_steady_load():
    costs = {"collector": 60.0, "worker": 40.0, "Valkey": 10.0, "PostgreSQL": 30.0}
    assert costs_of(measured(**costs)) == COSTS
    del costs["Valkey"]
    assert costs_of(measured(**costs)) is None
    assert machines_table(measured(**costs)) == "Not measured.\n"


def test_tightest_limit_comes_first():
    costs = {"collector": 60.0, "worker": 40.0, "Valkey": 10.0, "PostgreSQL": 30.0}
    lines = limits_table(measured(**costs)).splitlines()[2:]
    assert lines[0] == "| one collector (one core) | 12,000 | another collector |"
    assert lines[-1].startswith("| PostgreSQL on 32 cores")
