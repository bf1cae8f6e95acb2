"""Load with faults at random times: every acknowledged beacon is stored exactly once, and all sums agree.

``make chaos ARGS='--seconds 600 --beacons 1000000 --faults 50'`` is the long run.
"""

import sys
from pathlib import Path

import pytest

from tests.chaos.run import RunOptions, RunResult, run_chaos
from tests.chaos.table import failures, table


def print_table(result: RunResult) -> str:
    sys.stdout.write(table(result))
    return table(result)


async def test_every_acknowledged_beacon_is_stored_exactly_once_despite_faults(tmp_path: Path):
    result = await run_chaos(RunOptions(beacons=6_000, seconds=14, faults=8, seed=11, longest=1.5), tmp_path)

    assert failures(result) == [], print_table(result)
    assert len(result.sent.acknowledged) == 6_000
    assert result.findings.rollup_rows > 500
    if result.skipped:
        pytest.skip(f"passed, but skipped: {'; '.join(result.skipped)}")
