"""Every statement of the worker prepares against the schema."""

import re
from pathlib import Path

import pytest

from common.store import load_queries

ROOT = Path(__file__).parents[3]
STATEMENT = re.compile(r"(\s*--[^\n]*\n)*\s*(select|insert|update|delete|with)\b")
PACKAGES = [
    "common.rollups",
    *(".".join(path.parent.relative_to(ROOT).parts) for path in sorted(ROOT.glob("services/worker/*/queries.sql"))),
]
# Staged tables are temporary. Statements with braces are parts of others.
QUERIES = {
    f"{package}/{name}": query
    for package in PACKAGES
    for name, query in load_queries(package).items()
    if STATEMENT.match(query) and "staged_" not in query and "{" not in re.sub(r"'[^']*'", "", query)
}


def test_every_package_has_statements_to_check():
    assert {name.partition("/")[0] for name in QUERIES} == set(PACKAGES)


@pytest.mark.parametrize("name", QUERIES)
async def test_statement_prepares_against_schema(pool, name):
    async with pool.acquire() as connection:
        await connection.prepare(QUERIES[name])
