"""The embedded servers after a crash: what they read again before they answer takes its time, and nothing is lost."""

import asyncio
import os
import signal
import time
from pathlib import Path

import asyncpg
import pytest

from services.cli.embedded import EmbeddedPostgres
from services.cli.errors import CliError
from services.cli.up import server as up_server
from services.cli.up.server import ServerProgram
from services.cli.up.supervisor import Supervisor
from tests.support.waiting import until

PASSWORD = "a password of the tests"


@pytest.fixture
def postgres(tmp_path: Path) -> EmbeddedPostgres:
    """That writes no checkpoint by itself, so that a crash leaves it much to read."""
    tmp_path.chmod(0o755)
    options = {"checkpoint_timeout": "1h", "max_wal_size": "4GB", "synchronous_commit": "on"}
    return EmbeddedPostgres(tmp_path / "postgres", PASSWORD, options)


async def write_until_it_is_gone(postgres: EmbeddedPostgres) -> int:
    """Gives how many rows were committed before SIGKILL, some 200 MB of log behind each other."""
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


async def test_up_waits_with_a_word_for_a_postgres_that_recovers(
    postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
):
    postgres.start()
    committed = await write_until_it_is_gone(postgres)
    monkeypatch.setattr(up_server, "_WORD_AFTER_SECONDS", 0.0)
    said: list[str] = []
    supervisor = Supervisor(said.append, lambda _: None)
    await supervisor.start(ServerProgram("postgres", postgres, said.append))
    try:
        assert said[-1] == "postgres is still starting: after a crash it reads its own log first; waiting for it"
        connection = await asyncpg.connect(postgres.database_url("postgres"))
        rows, different = await connection.fetchrow("select count(*), count(distinct n) from written")
        await connection.close()
        assert rows == different
        assert rows >= committed
        assert rows % 40_000 == 0
    finally:
        await supervisor.stop()


async def stopped_backend(connection: asyncpg.Connection) -> int:
    """The process behind ``connection``, which from here on cannot see that its server is gone."""
    pid: int = await connection.fetchval("select pg_backend_pid()")
    os.kill(pid, signal.SIGSTOP)
    return pid


async def killed_with_a_backend_left(postgres: EmbeddedPostgres) -> int:
    postgres.start()
    connection = await asyncpg.connect(postgres.database_url("postgres"))
    pid = await stopped_backend(connection)
    assert postgres.process is not None
    postgres.process.kill()
    postgres.process.wait()
    connection.terminate()
    return pid


async def test_up_waits_for_the_processes_that_a_killed_postgres_left(postgres: EmbeddedPostgres):
    pid = await killed_with_a_backend_left(postgres)
    said: list[str] = []
    processes: set[int | None] = set()
    supervisor = Supervisor(said.append, lambda programs: processes.update(program.pid for program in programs))
    starting = asyncio.create_task(supervisor.start(ServerProgram("postgres", postgres, said.append)))
    try:
        await until(lambda: said)
        assert said[0] == "postgres: processes of a killed server still end; waiting for them"
        assert not starting.done()
    finally:
        os.kill(pid, signal.SIGCONT)
    await starting
    try:
        assert postgres.process is not None
        assert postgres.process.pid in processes
    finally:
        await supervisor.stop()


async def test_a_command_waits_for_them_as_well(postgres: EmbeddedPostgres):
    pid = await killed_with_a_backend_left(postgres)
    asyncio.get_running_loop().call_later(1.0, os.kill, pid, signal.SIGCONT)
    await asyncio.to_thread(postgres.start)
    try:
        assert await asyncio.to_thread(postgres.is_ready)
    finally:
        postgres.stop()


async def test_what_these_write_is_not_taken_for_the_new_ones_words(postgres: EmbeddedPostgres):
    pid = await killed_with_a_backend_left(postgres)
    postgres.launch()
    assert postgres.process is not None
    postgres.process.wait()
    with postgres.log.open("a") as log:
        log.write(
            f"2026-11-22 12:00:00.000 UTC [{pid}] FATAL:  terminating connection due to unexpected postmaster exit\n"
        )
    try:
        assert postgres.is_held()
        assert "pre-existing shared memory block" in str(postgres.failure())
    finally:
        os.kill(pid, signal.SIGCONT)


async def test_who_does_not_end_within_the_time_is_named(postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(up_server, "_READY_SECONDS", 0.5)
    pid = await killed_with_a_backend_left(postgres)
    program = ServerProgram("postgres", postgres, lambda _: None)
    await program.launch()
    try:
        with pytest.raises(CliError, match=r"pre-existing shared memory block .* is still in use .*Terminate any old"):
            await program.ready()
    finally:
        os.kill(pid, signal.SIGCONT)


class Starting:
    """A server that says for ``starting`` seconds that it is, and then nothing for ever."""

    name, stop_signal, log, process = "PostgreSQL", 2, Path("postgres.log"), None

    def __init__(self, starting: float) -> None:
        self._until = time.monotonic() + starting

    def launch(self) -> None:
        self.process = type("Running", (), {"poll": lambda self: None, "pid": 0})()

    def is_ready(self) -> bool:
        return False

    def is_starting(self) -> bool:
        return time.monotonic() < self._until


async def test_who_says_that_it_is_starting_is_waited_for_and_who_says_nothing_is_given_up(monkeypatch):
    monkeypatch.setattr(up_server, "_READY_SECONDS", 0.3)
    program = ServerProgram("postgres", Starting(1.0), lambda _: None)  # type: ignore[arg-type]
    await program.launch()
    began = time.monotonic()
    with pytest.raises(CliError, match="was not ready"):
        await program.ready()
    assert 1.2 < time.monotonic() - began < 30
