"""Tables of the administration."""

from common.store.migrations.revision import run_sql

revision = "0002"
down_revision = "0001"
phase = "pre"


def upgrade() -> None:
    run_sql("0002_administration.sql")
