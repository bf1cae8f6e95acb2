"""A proxy between a service and a server that can slow down or cut the network."""

import asyncio
from pathlib import Path

from common.background import in_background

_CHUNK = 64 * 1024


class SlowProxy:
    """A proxy on Unix sockets that forwards data after ``delay`` seconds, or not at all with ``is_cut``."""

    def __init__(self, socket: Path, target: Path) -> None:
        self.socket = socket
        self._target = target
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.delay = 0.0
        self.is_cut = False

    async def start(self) -> None:
        self._server = await asyncio.start_unix_server(self._connected, self.socket)

    async def stop(self) -> None:
        self.cut()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            if self.socket.is_socket():
                self.socket.unlink()

    def cut(self) -> None:
        """Abort all connections, and accept no new ones."""
        self.is_cut = True
        for writer in tuple(self._open):
            writer.transport.abort()

    def heal(self) -> None:
        self.delay, self.is_cut = 0.0, False

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        there: asyncio.StreamWriter | None = None
        try:
            if self.is_cut:
                return
            back, there = await self._reach()
            self._open.add(there)
            async with in_background(self._pass_on(reader, there), self._pass_on(back, writer)) as ways:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        except (OSError, asyncio.CancelledError):  # cancelled: the loop ends
            pass
        finally:
            for each in (writer, there):
                if each is not None:
                    self._open.discard(each)
                    each.transport.abort()

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_unix_connection(self._target)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(_CHUNK):
                if self.delay:
                    await asyncio.sleep(self.delay)
                if self.is_cut or writer.is_closing():
                    return
                writer.write(piece)
                await writer.drain()
        except OSError:
            pass


class SlowTcpProxy(SlowProxy):
    """The same on local TCP ports."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(Path(), Path())
        self._to = (host, port)
        self.port = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(*self._to)
