"""The accounting contract, and that monitoring and the documentation name nothing else."""

import re
from pathlib import Path

from common.outcomes import BACKLOG, DEAD, STORED, DropReason, drop_reason, dropped

ROOT = Path(__file__).parents[3]


def test_a_drop_reason_is_read_back_from_its_outcome():
    assert [drop_reason(dropped(reason)) for reason in DropReason] == [str(reason) for reason in DropReason]
    assert [drop_reason(outcome) for outcome in (STORED, DEAD, BACKLOG, "")] == [None] * 4


def test_alerts_and_the_monitoring_page_name_outcomes_of_the_worker_only():
    alerts = (ROOT / "deploy" / "monitoring" / "alerts.yml").read_text()
    named = set(re.findall(r'worker_beacons_total\{outcome="([^"]*)"\}', alerts))
    assert named
    assert named <= {STORED, DEAD, *map(dropped, DropReason)}
    page = (ROOT / "docs" / "reference" / "monitoring.md").read_text()
    assert f"`{STORED}`, `{DEAD}`, or `dropped:` and the reason" in page
