"""The lines of a log file, plain or gzip, in bounded memory whatever the file holds."""

import gzip
import zlib
from collections.abc import Callable, Iterator
from io import BufferedReader
from typing import IO, cast

from services.cli.errors import CliError

MAX_LINE = 64 << 10
_CHUNK = 256 << 10
_GZIP = b"\x1f\x8b"


class _Counted:
    """A stream that tells how many bytes were taken from it."""

    def __init__(self, stream: BufferedReader, advance: Callable[[int], None]) -> None:
        self._stream = stream
        self._advance = advance

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read1(size)
        self._advance(len(data))
        return data


def read_lines(stream: BufferedReader, name: str, advance: Callable[[int], None]) -> Iterator[bytes]:
    """The lines, without their ends; of one that is longer than ``MAX_LINE``, an empty one is left.

    ``advance`` is told the bytes taken from ``stream``. Raises ``CliError``.
    """
    try:
        packed = stream.peek(2)[:2] == _GZIP
        counted = cast(IO[bytes], _Counted(stream, advance))
        yield from _split(cast(IO[bytes], gzip.GzipFile(fileobj=counted)) if packed else counted)
    except EOFError:
        raise CliError(f"{name}: the compressed file ends too early; repeat with the whole file") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise CliError(f"{name}: the compressed file is damaged: {error}") from None
    except OSError as error:
        raise CliError(f"{name}: {error.strerror or error}") from None


def _split(stream: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    too_long = False
    while chunk := stream.read(_CHUNK):
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()
        for line in lines:
            yield b"" if too_long or len(line) > MAX_LINE else line.removesuffix(b"\r")
            too_long = False
        if len(rest) > MAX_LINE:
            too_long, rest = True, b""
    if too_long or rest:
        yield b"" if too_long else rest.removesuffix(b"\r")
