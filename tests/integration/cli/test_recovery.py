"""The embedded servers after a crash: recovery can take a while, and nothing is lost."""

import asyncio
import os
import signal
import time
from pathlib import Path

import asyncpg
import pytest

from services.cli.embedded import EmbeddedPostgres
from services.cli.errors import CliError
from services.cli.up import servers as up_servers
from services.cli.up.servers import SupervisedServer
from services.cli.up.supervisor import Supervisor
from tests.support.waiting import until

PASSWORD = "a password of the tests"


@pytest.fixture
def postgres(tmp_path: Path) -> EmbeddedPostgres:
    """A server without automatic checkpoints, so that recovery after a crash takes a while."""
    tmp_path.chmod(0o755)
    options = {"checkpoint_timeout": "1h", "max_wal_size": "4GB", "synchronous_commit": "on"}
    return EmbeddedPostgres(tmp_path / "postgres", PASSWORD, options)


async def write_until_killed(postgres: EmbeddedPostgres) -> int:
    """Write some 200 MB of log, kill the server, and return the number of committed rows."""
    connection = await asyncpg.connect(postgres.database_url("postgres"))
    await connection.execute("create table written (n int, text text)")
    committed, rows = 0, 40_000

    async def write() -> None:
        nonlocal committed
        while True:
            insert = "insert into written select n, repeat('x', 900) from generate_series($1::int, $2::int) n"
            await connection.execute(insert, committed, committed + rows - 1)
            committed += rows

    writing = asyncio.create_task(write())
    await until(lambda: committed >= 5 * rows)
    assert postgres.process is not None
    postgres.process.kill()
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)):
        await writing
    postgres.process.wait()
    return committed


async def test_up_reports_and_waits_for_recovery_of_postgres(
    postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
):
    postgres.start()
    committed = await write_until_killed(postgres)
    monkeypatch.setattr(up_servers, "_NOTICE_AFTER_SECONDS", 0.0)
    printed: list[str] = []
    supervisor = Supervisor(printed.append, lambda _: None)
    await supervisor.start(SupervisedServer("postgres", postgres, printed.append))
    try:
        assert printed[-1] == "postgres: still starting; recovery after a crash can take a while"
        connection = await asyncpg.connect(postgres.database_url("postgres"))
        rows, different = await connection.fetchrow("select count(*), count(distinct n) from written")
        await connection.close()
        assert rows == different
        assert rows >= committed
        assert rows % 40_000 == 0
    finally:
        await supervisor.stop()


async def stopped_backend(connection: asyncpg.Connection) -> int:
    """Stop the process behind ``connection``, so that it does not notice the end of its server."""
    pid: int = await connection.fetchval("select pg_backend_pid()")
    os.kill(pid, signal.SIGSTOP)
    return pid


async def kill_with_remaining_backend(postgres: EmbeddedPostgres) -> int:
    postgres.start()
    connection = await asyncpg.connect(postgres.database_url("postgres"))
    pid = await stopped_backend(connection)
    assert postgres.process is not None
    postgres.process.kill()
    postgres.process.wait()
    connection.terminate()
    return pid


async def test_up_waits_for_processes_of_killed_postgres(postgres: EmbeddedPostgres):
    pid = await kill_with_remaining_backend(postgres)
    printed: list[str] = []
    processes: set[int | None] = set()
    supervisor = Supervisor(printed.append, lambda changed: processes.update(process.pid for process in changed))
    starting = asyncio.create_task(supervisor.start(SupervisedServer("postgres", postgres, printed.append)))
    try:
        await until(lambda: printed)
        assert printed[0] == "postgres: waiting until the processes of a killed server have ended"
        assert not starting.done()
    finally:
        os.kill(pid, signal.SIGCONT)
    await starting
    try:
        assert postgres.process is not None
        assert postgres.process.pid in processes
    finally:
        await supervisor.stop()


async def test_start_waits_for_processes_of_killed_postgres(postgres: EmbeddedPostgres):
    pid = await kill_with_remaining_backend(postgres)
    asyncio.get_running_loop().call_later(1.0, os.kill, pid, signal.SIGCONT)
    await asyncio.to_thread(postgres.start)
    try:
        assert await asyncio.to_thread(postgres.is_ready)
    finally:
        postgres.stop()


async def test_log_lines_of_killed_postgres_are_ignored(postgres: EmbeddedPostgres):
    pid = await kill_with_remaining_backend(postgres)
    postgres.launch()
    assert postgres.process is not None
    postgres.process.wait()
    with postgres.log.open("a") as log:
        log.write(
            f"2026-11-22 12:00:00.000 UTC [{pid}] FATAL:  terminating connection due to unexpected postmaster exit\n"
        )
    try:
        assert postgres.is_blocked_by_old_processes()
        assert "pre-existing shared memory block" in str(postgres.failure())
    finally:
        os.kill(pid, signal.SIGCONT)


async def test_process_that_does_not_end_in_time_is_reported(
    postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(up_servers, "_READY_SECONDS", 0.5)
    pid = await kill_with_remaining_backend(postgres)
    process = SupervisedServer("postgres", postgres, lambda _: None)
    await process.launch()
    try:
        with pytest.raises(CliError, match=r"pre-existing shared memory block .* is still in use .*Terminate any old"):
            await process.ready()
    finally:
        os.kill(pid, signal.SIGCONT)


class StartingServer:
    """A server that reports for ``starting`` seconds that it is starting, and then never responds."""

    name, stop_signal, log, process = "PostgreSQL", 2, Path("postgres.log"), None

    def __init__(self, starting: float) -> None:
        self._until = time.monotonic() + starting

    def launch(self) -> None:
        self.process = type("Running", (), {"poll": lambda self: None, "pid": 0})()

    def is_ready(self) -> bool:
        return False

    def is_starting(self) -> bool:
        return time.monotonic() < self._until


async def test_starting_server_is_waited_for_but_not_a_silent_one(monkeypatch):
    monkeypatch.setattr(up_servers, "_READY_SECONDS", 0.3)
    process = SupervisedServer("postgres", StartingServer(1.0), lambda _: None)  # type: ignore[arg-type]
    await process.launch()
    began = time.monotonic()
    with pytest.raises(CliError, match="was not ready"):
        await process.ready()
    assert 1.2 < time.monotonic() - began < 30
