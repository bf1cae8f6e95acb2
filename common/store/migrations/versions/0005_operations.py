"""Operations: beacons accounted for."""

from common.store.migrations.revision import run_sql

revision = "0005"
down_revision = "0004"
phase = "pre"


def upgrade() -> None:
    run_sql("0005_operations.sql")
