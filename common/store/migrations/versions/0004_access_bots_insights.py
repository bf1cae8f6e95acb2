"""Signed access, bots kept apart, and insights."""

from common.store.migrations.revision import run_sql

revision = "0004"
down_revision = "0003"
phase = "pre"


def upgrade() -> None:
    run_sql("0004_access_bots_insights.sql")
