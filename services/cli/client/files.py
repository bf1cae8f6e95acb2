"""Exchanges with the API whose bodies are files of any size, which are never held as a whole."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from http.client import IncompleteRead
from pathlib import Path
from typing import BinaryIO

from services.cli.client.transport import Answer, connected, headers_of, target_of
from services.cli.errors import UnreachableError

_PIECE = 256 * 1024
_SECONDS = 3_600.0
"""How long a large site takes to be counted, or its last rows to be stored, and then some."""

Advance = Callable[[int], None]
"""Is told of bytes that went."""


class Download:
    """An exchange that writes the answer to a file. What is refused is not written there."""

    def __init__(self, file: BinaryIO, advance: Advance) -> None:
        self._file = file
        self._advance = advance

    def __call__(self, method: str, url: str, headers: Mapping[str, str], _body: bytes | None) -> Answer:
        with connected(url, _SECONDS) as connection:
            connection.request(method, target_of(url), headers={**headers, "Accept": "*/*"})
            response = connection.getresponse()
            if response.status >= 300:
                return Answer(response.status, headers_of(response), response.read())
            try:
                while piece := response.read(_PIECE):
                    self._file.write(piece)
                    self._advance(len(piece))
            except (IncompleteRead, ConnectionError):
                raise UnreachableError("the API broke off in the middle of the file; ask again") from None
            return Answer(response.status, headers_of(response), b"")


class Upload:
    """An exchange that sends a file."""

    def __init__(self, path: Path, advance: Advance) -> None:
        self._path = path
        self._advance = advance

    def __call__(self, method: str, url: str, headers: Mapping[str, str], _body: bytes | None) -> Answer:
        size = self._path.stat().st_size
        more = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        with connected(url, _SECONDS) as connection, self._path.open("rb") as file:
            # Whoever refuses the file need not read it to its end: what they say is there all the same.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, target_of(url), self._pieces(file), {**headers, **more})
            response = connection.getresponse()
            return Answer(response.status, headers_of(response), response.read())

    def _pieces(self, file: BinaryIO) -> Iterator[bytes]:
        while piece := file.read(_PIECE):
            yield piece
            self._advance(len(piece))
