"""Fixtures for Citus. These tests are skipped with a warning unless CITUS_URL names a coordinator."""

import pytest

from tests.integration.worker.conftest import clock, put, work, worker
from tests.support.citus import CITUS_URL, CitusDatabases

__all__ = ["clock", "put", "work", "worker"]


@pytest.fixture(scope="session", autouse=True)
def cluster(request: pytest.FixtureRequest) -> CitusDatabases:
    """The run's databases, which are the cluster's where there is one."""
    if CITUS_URL is None:
        pytest.skip("NOT TESTED ON CITUS: CITUS_URL names no coordinator")
    databases: CitusDatabases = request.getfixturevalue("databases")
    return databases
