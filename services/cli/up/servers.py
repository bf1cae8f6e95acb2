"""The embedded servers of an install: `up` runs them, and other commands connect to them."""

import asyncio
from collections.abc import Callable

from common.config import Settings
from services.cli.embedded import EmbeddedError, EmbeddedPostgres, EmbeddedValkey
from services.cli.embedded.server import RETRY_SECONDS, EmbeddedServer
from services.cli.errors import CliError
from services.cli.up.data_dir import DataDir
from services.cli.up.secrets import Secrets
from services.cli.up.service_logs import MAX_LOG_BYTES, rotated

PrintLine = Callable[[str], None]

POSTGRES, VALKEY = "postgres", "valkey"
_POLL_SECONDS = 0.05
_READY_SECONDS = 60.0
_NOTICE_AFTER_SECONDS = 3.0


class SupervisedServer:
    """PostgreSQL or Valkey as a process of the supervisor."""

    def __init__(self, name: str, server: EmbeddedServer, print_line: PrintLine) -> None:
        self.name = name
        self._print_line = print_line
        self.stop_signal = server.stop_signal
        self._server = server

    @property
    def pid(self) -> int | None:
        return self._server.process.pid if self._server.process else None

    async def launch(self) -> None:
        # Not in another thread: the system ends the server together with the thread that started it.
        try:
            self._server.launch()
        except EmbeddedError as error:
            raise CliError(str(error)) from None

    async def ready(self) -> None:
        """Return when the server is ready. Raises ``CliError``.

        Waits as long as the server reports that it is starting, but at most a minute without a report, or while
        processes of a killed server still use its directory.
        """
        clock = asyncio.get_running_loop().time
        started = last_report = clock()
        notified = was_blocked = False
        while not await asyncio.to_thread(self._server.is_ready):
            if self._exit_code() is not None:
                if not self._server.is_blocked_by_old_processes() or clock() - last_report > _READY_SECONDS:
                    raise CliError(str(self._server.failure()))
                if not was_blocked:
                    was_blocked = True
                    self._print_line(f"{self.name}: waiting until the processes of a killed server have ended")
                await asyncio.sleep(RETRY_SECONDS)
                await self.launch()
            elif await asyncio.to_thread(self._server.is_starting):
                last_report = clock()
                if not notified and last_report - started > _NOTICE_AFTER_SECONDS:
                    notified = True
                    self._print_line(f"{self.name}: still starting; recovery after a crash can take a while")
            elif clock() - last_report > _READY_SECONDS:
                server = self._server
                raise CliError(f"{server.name} was not ready after {_READY_SECONDS:.0f} s; see {server.log}")
            await asyncio.sleep(_POLL_SECONDS)

    async def wait(self) -> int:
        while (code := self._exit_code()) is None:  # noqa: ASYNC110 - a Popen can only be polled
            await asyncio.sleep(_POLL_SECONDS)
        return code

    async def stop(self) -> None:
        await asyncio.to_thread(self._server.stop)

    def _exit_code(self) -> int | None:
        return self._server.process.poll() if self._server.process else 0


def embedded_postgres(data: DataDir, secrets: Secrets) -> EmbeddedPostgres:
    """Return the PostgreSQL server of the data directory, whether it is running or not."""
    return EmbeddedPostgres(data.postgres, secrets.database_password, log=data.logs / f"{POSTGRES}.log")


def embedded_servers(
    settings: Settings, data: DataDir, secrets: Secrets, print_line: PrintLine
) -> tuple[list[SupervisedServer], EmbeddedPostgres | None, dict[str, str]]:
    """Return an embedded server for each URL that is not configured, and its URL as ``redis.url`` -> text.

    Valkey comes last, so that it is stopped before PostgreSQL.
    """
    processes: list[SupervisedServer] = []
    urls: dict[str, str] = {}
    postgres = None
    if settings.database.url is None:
        postgres = embedded_postgres(data, secrets)
        urls["database.url"] = postgres.database_url()
        processes.append(SupervisedServer(POSTGRES, postgres, print_line))
    if settings.redis.url is None:
        valkey = EmbeddedValkey(data.valkey, log=data.logs / f"{VALKEY}.log")
        urls["redis.url"] = valkey.url
        processes.append(SupervisedServer(VALKEY, valkey, print_line))
    for name in (POSTGRES, VALKEY):
        log = data.logs / f"{name}.log"
        if log.exists() and log.stat().st_size > MAX_LOG_BYTES:
            rotated(log)
    return processes, postgres, urls
