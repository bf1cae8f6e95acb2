"""Turning an install on one Postgres into one that Citus spreads over many."""

from common.store.distribution.distribute import (
    CannotDistributeError,
    Spread,
    check_ready,
    distribute,
    distribute_new_tables,
    plan,
)

__all__ = ["CannotDistributeError", "Spread", "check_ready", "distribute", "distribute_new_tables", "plan"]
