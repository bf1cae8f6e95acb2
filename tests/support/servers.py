"""Real servers for a test run: started once, on Unix sockets, and stopped at its end."""

import asyncio
import itertools
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from common.config import Settings
from common.store.migrate import migrate
from services.cli.embedded import EmbeddedPostgres, EmbeddedValkey

# No durability: the crash tests start their own servers.
FAST_POSTGRES = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "200"}
FAST_VALKEY = {"appendonly": "no", "appendfsync": "no", "databases": "1024"}
TEMPLATE = "template_pyuniqvisit"


class TestDatabases:
    """A migrated template, and clones of it for tests.

    The next clone is made, and the last one dropped, while a test runs.
    """

    __test__ = False

    def __init__(self, server: EmbeddedPostgres, shards: int) -> None:
        self._server = server
        self._numbers = itertools.count(1)
        server.create_database(TEMPLATE)
        migrate(settings_for(server.database_url(TEMPLATE), "redis://unused", shards=shards))
        self._runner = asyncio.Runner()
        self._operator: asyncpg.Connection[asyncpg.Record] | None = None
        self._thread = ThreadPoolExecutor(1, "databases of the tests")
        self._next = self._thread.submit(self._make)

    @contextmanager
    def clone(self) -> Iterator[str]:
        """Yield the URL of a new, migrated database."""
        made, self._next = self._next, self._thread.submit(self._make)
        name = made.result()
        try:
            yield self._server.database_url(name)
        finally:
            self._thread.submit(self._run, f"drop database {name} with (force)")

    def close(self) -> None:
        self._thread.submit(self._leave).result()
        self._thread.shutdown()

    def _make(self) -> str:
        name = f"test_{next(self._numbers)}"
        self._run(f"create database {name} template {TEMPLATE} strategy file_copy")
        return name

    def _run(self, statement: str) -> None:
        if self._operator is None or self._operator.is_closed():
            self._operator = self._runner.run(asyncpg.connect(self._server.database_url("postgres")))
        self._runner.run(self._operator.execute(statement))

    def _leave(self) -> None:
        if self._operator is not None:
            self._runner.run(self._operator.close())
        self._runner.close()


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
    """Return settings that depend on the arguments only, not on the environment."""
    return Settings.model_validate(
        {
            "install": {"shards": shards},
            "database": {"url": database_url},
            "redis": {"url": redis_url},
            "api": {"jwt_secret": "a secret of the tests, 32 letters or more"},
            **parts,
        }
    )
