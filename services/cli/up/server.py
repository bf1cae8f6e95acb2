"""An embedded server as a program."""

import asyncio

from services.cli.embedded import EmbeddedError
from services.cli.embedded.server import EmbeddedServer
from services.cli.errors import CliError

_POLL_SECONDS = 0.05
_READY_SECONDS = 60.0


class ServerProgram:
    """PostgreSQL or Valkey under the supervisor."""

    def __init__(self, name: str, server: EmbeddedServer) -> None:
        self.name = name
        self.stop_signal = server.stop_signal
        self._server = server

    @property
    def pid(self) -> int | None:
        return self._server.process.pid if self._server.process else None

    async def launch(self) -> None:
        # Not in a thread: the server shall end with this process, and the system takes "this thread" at its word.
        try:
            self._server.launch()
        except EmbeddedError as error:
            raise CliError(str(error)) from None

    async def ready(self) -> None:
        try:
            async with asyncio.timeout(_READY_SECONDS):
                while not await asyncio.to_thread(self._server.is_ready):
                    if self._exit_code() is not None:
                        raise CliError(str(self._server.failure()))
                    await asyncio.sleep(_POLL_SECONDS)
        except TimeoutError:
            raise CliError(
                f"{self._server.name} was not ready after {_READY_SECONDS:.0f} s (see {self._server.log})"
            ) from None

    async def wait(self) -> int:
        while (code := self._exit_code()) is None:  # noqa: ASYNC110 - a Popen can only be asked
            await asyncio.sleep(_POLL_SECONDS)
        return code

    async def stop(self) -> None:
        await asyncio.to_thread(self._server.stop)

    def _exit_code(self) -> int | None:
        return self._server.process.poll() if self._server.process else 0
