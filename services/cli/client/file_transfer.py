"""Uploads and downloads of files of any size, which are never held in memory as a whole."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from http.client import IncompleteRead
from pathlib import Path
from typing import BinaryIO

from services.cli.client.http import ApiResponse, connected, request_target, response_headers
from services.cli.errors import UnreachableError

_CHUNK_BYTES = 256 * 1024
_TIMEOUT_SECONDS = 3_600.0
"""More than the API needs to count a large site before it sends, or to store the last rows of one."""

Advance = Callable[[int], None]
"""Called with the number of bytes that were transferred."""


class FileDownload:
    """Sends a request and writes the response to a file, unless it is an error."""

    def __init__(self, file: BinaryIO, advance: Advance) -> None:
        self._file = file
        self._advance = advance

    def __call__(self, method: str, url: str, headers: Mapping[str, str], _body: bytes | None) -> ApiResponse:
        with connected(url, _TIMEOUT_SECONDS) as connection:
            connection.request(method, request_target(url), headers={**headers, "Accept": "*/*"})
            response = connection.getresponse()
            if response.status >= 300:
                return ApiResponse(response.status, response_headers(response), response.read())
            try:
                while chunk := response.read(_CHUNK_BYTES):
                    self._file.write(chunk)
                    self._advance(len(chunk))
            except (IncompleteRead, ConnectionError):
                raise UnreachableError("the connection was lost during the download; try again") from None
            return ApiResponse(response.status, response_headers(response), b"")


class FileUpload:
    """Sends a request with a file as its body."""

    def __init__(self, path: Path, advance: Advance) -> None:
        self._path = path
        self._advance = advance

    def __call__(self, method: str, url: str, headers: Mapping[str, str], _body: bytes | None) -> ApiResponse:
        size = self._path.stat().st_size
        more = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        with connected(url, _TIMEOUT_SECONDS) as connection, self._path.open("rb") as file:
            # A server may reject the file before it has read all of it; its response can still be read.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, request_target(url), self._chunks(file), {**headers, **more})
            response = connection.getresponse()
            return ApiResponse(response.status, response_headers(response), response.read())

    def _chunks(self, file: BinaryIO) -> Iterator[bytes]:
        while chunk := file.read(_CHUNK_BYTES):
            yield chunk
            self._advance(len(chunk))
