"""Rollups as the worker writes them and the API reads them; goals and funnels."""

from common.store.migrations.revision import run_sql

revision = "0003"
down_revision = "0002"
phase = "pre"


def upgrade() -> None:
    run_sql("0003_statistics.sql")
