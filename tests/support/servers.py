"""Real servers for a test run: started once, on Unix sockets of their own, and stopped at its end."""

import asyncio
import itertools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from common.config import Settings
from common.store.migrate import migrate
from services.cli.embedded import EmbeddedPostgres, EmbeddedValkey

# Durability of the test run's own data is not under test here; the crash tests start servers of their own.
FAST_POSTGRES = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "200"}
FAST_VALKEY = {"appendonly": "no", "appendfsync": "no", "databases": "1024"}
TEMPLATE = "template_pyuniqvisit"


class TestDatabases:
    """A migrated template, and a clone of it for each test that asks."""

    __test__ = False

    def __init__(self, server: EmbeddedPostgres, shards: int) -> None:
        self._server = server
        self._numbers = itertools.count(1)
        server.make_database(TEMPLATE)
        migrate(settings_for(server.database_url(TEMPLATE), "redis://unused", shards=shards))

    @contextmanager
    def clone(self) -> Iterator[str]:
        """The URL of a fresh, migrated database."""
        name = f"test_{next(self._numbers)}"
        self._admin(f"create database {name} template {TEMPLATE} strategy file_copy")
        try:
            yield self._server.database_url(name)
        finally:
            self._admin(f"drop database {name} with (force)")

    def _admin(self, statement: str) -> None:
        async def run() -> None:
            connection = await asyncpg.connect(self._server.database_url("postgres"))
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        asyncio.run(run())


@contextmanager
def running_postgres() -> Iterator[EmbeddedPostgres]:
    with tempfile.TemporaryDirectory(prefix="uv-pg-") as folder:
        Path(folder).chmod(0o755)
        server = EmbeddedPostgres(Path(folder) / "postgres", "a password of the tests", FAST_POSTGRES)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextmanager
def running_valkey() -> Iterator[EmbeddedValkey]:
    with tempfile.TemporaryDirectory(prefix="uv-vk-") as folder:
        server = EmbeddedValkey(Path(folder) / "valkey", FAST_VALKEY)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def settings_for(database_url: str, redis_url: str, *, shards: int = 4, **parts: object) -> Settings:
    """Settings of a test's own, from nothing but the arguments."""
    return Settings.model_validate(
        {
            "install": {"shards": shards},
            "database": {"url": database_url},
            "redis": {"url": redis_url},
            "api": {"jwt_secret": "a secret of the tests, 32 letters or more"},
            **parts,
        }
    )
