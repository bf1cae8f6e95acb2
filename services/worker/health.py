"""Readiness checks and warnings of the worker."""

from collections.abc import Mapping

from common.health import Check
from common.persistence import persistence_check
from services.worker.app import WorkerParts


def checks(parts: WorkerParts) -> Mapping[str, Check]:
    async def database() -> None:
        await parts.pool.fetchval("select 1")

    async def redis() -> None:
        await parts.queue.ping()

    return {"database": database, "redis": redis}


def warnings(parts: WorkerParts) -> Mapping[str, Check]:
    return {"persistence": persistence_check(*parts.servers.servers)}
