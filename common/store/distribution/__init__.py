"""Distributes the tables of an install over several servers, with Citus."""

from common.store.distribution.distribute import (
    CannotDistributeError,
    DistributedTable,
    check_ready,
    distribute,
    distribute_new_tables,
    plan,
)

__all__ = ["CannotDistributeError", "DistributedTable", "check_ready", "distribute", "distribute_new_tables", "plan"]
