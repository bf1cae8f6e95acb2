"""docs/explanation/privacy.md describes every table."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "explanation" / "privacy.md").read_text(encoding="utf-8")
VERSIONS = ROOT / "common" / "store" / "migrations" / "versions"
TABLES = sorted(
    {name for file in VERSIONS.glob("*.sql") for name in re.findall(r"^create table (\w+)", file.read_text(), re.M)}
)
NOT_PERSONAL = {
    "install", "sites", "goals", "funnels", "funnel_steps", "bot_settings", "insight_requests",  # what an owner set
    "bot_reclassifications", "ingest_accepted", "ingest_offsets", "rollup_deltas", "stale_days",
    "rollup_state",  # progress
}  # fmt: skip


def test_there_are_tables() -> None:
    assert {"visits", "users", "audit_log"} <= set(TABLES)
    assert set(TABLES) >= NOT_PERSONAL


@pytest.mark.parametrize("table", sorted(set(TABLES) - NOT_PERSONAL))
def test_table_with_personal_data_is_described(table: str) -> None:
    rows = [line for line in TEXT.splitlines() if line.startswith("| `") and f"`{table}`" in line.split("|")[1]]
    assert len(rows) == 1, "one row describes its content and retention"
