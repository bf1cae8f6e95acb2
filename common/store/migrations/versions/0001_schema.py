"""The schema of the first release."""

from common.store.migrations.revision import run_sql

revision = "0001"
down_revision = None
phase = "pre"


def upgrade() -> None:
    run_sql("0001_schema.sql")
