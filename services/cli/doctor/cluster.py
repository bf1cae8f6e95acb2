"""The servers of a distributed database."""

from typing import Any

from common.store import load_queries
from common.store.connection import is_distributed
from common.store.distribution import plan
from services.cli.doctor.finding import Finding, ok, problem

_SQL = load_queries(__package__)


async def look_at_cluster(connection: Any) -> list[Finding]:
    """The other servers; the coordinator is looked at as any database. Nothing where nothing is distributed."""
    if not await is_distributed(connection):
        return []
    found = [
        ok(f"server {node}", f"answers, {int(said) / 1e6:,.0f} MB")
        if answers
        else problem(f"server {node}", "cannot be reached", "start it: beacons of its shards wait in Redis")
        for node, answers, said in await connection.fetch(_SQL["nodes"])
    ]
    if missing := [table.name for table in await plan(connection)]:
        found.append(problem("distribution", f"not spread: {', '.join(missing)}", "run `pyuniqvisit distribute`"))
    return found
