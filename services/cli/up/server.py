"""An embedded server as a program."""

import asyncio
from collections.abc import Callable

from services.cli.embedded import EmbeddedError
from services.cli.embedded.server import HELD_SECONDS, EmbeddedServer
from services.cli.errors import CliError

Say = Callable[[str], None]

_POLL_SECONDS = 0.05
_READY_SECONDS = 60.0
_WORD_AFTER_SECONDS = 3.0


class ServerProgram:
    """PostgreSQL or Valkey under the supervisor."""

    def __init__(self, name: str, server: EmbeddedServer, say: Say) -> None:
        self.name = name
        self._say = say
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
        """However long the server says that it is starting; a minute where it says nothing, or where processes of a
        killed one still hold its folder. Raises ``CliError``."""
        clock = asyncio.get_running_loop().time
        began = heard = clock()
        told = held = False
        while not await asyncio.to_thread(self._server.is_ready):
            if self._exit_code() is not None:
                if not self._server.is_held() or clock() - heard > _READY_SECONDS:
                    raise CliError(str(self._server.failure()))
                if not held:
                    held = True
                    self._say(f"{self.name}: processes of a killed server still end; waiting for them")
                await asyncio.sleep(HELD_SECONDS)
                await self.launch()
            elif await asyncio.to_thread(self._server.is_starting):
                heard = clock()
                if not told and heard - began > _WORD_AFTER_SECONDS:
                    told = True
                    self._say(
                        f"{self.name} is still starting: after a crash it reads its own log first; waiting for it"
                    )
            elif clock() - heard > _READY_SECONDS:
                server = self._server
                raise CliError(f"{server.name} was not ready after {_READY_SECONDS:.0f} s (see {server.log})")
            await asyncio.sleep(_POLL_SECONDS)

    async def wait(self) -> int:
        while (code := self._exit_code()) is None:  # noqa: ASYNC110 - a Popen can only be asked
            await asyncio.sleep(_POLL_SECONDS)
        return code

    async def stop(self) -> None:
        await asyncio.to_thread(self._server.stop)

    def _exit_code(self) -> int | None:
        return self._server.process.poll() if self._server.process else 0
