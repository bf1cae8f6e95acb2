"""Log files, plain or gzip: their order, and their lines in bounded memory."""

import contextlib
import gzip
import itertools
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from io import BufferedReader
from pathlib import Path
from typing import IO, cast

from services.cli.errors import CliError
from services.cli.import_log.parser import parse_line

STDIN = "-"
MAX_LINE_BYTES = 64 << 10
_CHUNK_BYTES = 256 << 10
_GZIP_MAGIC = b"\x1f\x8b"
_MAX_LINES_TO_DATE = 1_000
"""How many lines are searched for the first time of a file."""


@contextlib.contextmanager
def open_log(name: str) -> Iterator[BufferedReader]:
    """Open a file, or standard input for ``-``. Raises ``CliError``."""
    if name == STDIN:
        yield cast(BufferedReader, sys.stdin.buffer)
        return
    try:
        stream = Path(name).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise CliError(f"{name}: {error.strerror}") from None
    with stream:
        yield stream


def oldest_first(names: Sequence[str]) -> list[str]:
    """Sort rotated logs by their first time, however the shell sorted them; standard input comes last."""
    return sorted(names, key=lambda name: (name == STDIN, 0 if name == STDIN else _first_time(name)))


def total_bytes(names: Sequence[str]) -> int | None:
    """Return the size of all files; None when standard input is among them."""
    return None if STDIN in names else sum(Path(name).stat().st_size for name in names)


class _CountingReader:
    """A stream that reports how many bytes were read from it."""

    def __init__(self, stream: BufferedReader, advance: Callable[[int], None]) -> None:
        self._stream = stream
        self._advance = advance

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read1(size)
        self._advance(len(data))
        return data


def read_lines(stream: BufferedReader, name: str, advance: Callable[[int], None]) -> Iterator[bytes]:
    """Iterate over the lines without their ends; a line longer than ``MAX_LINE_BYTES`` becomes an empty one.

    ``advance`` is called with the number of bytes read from ``stream``. Raises ``CliError``.
    """
    try:
        is_compressed = stream.peek(2)[:2] == _GZIP_MAGIC
        counted = cast(IO[bytes], _CountingReader(stream, advance))
        yield from _split(cast(IO[bytes], gzip.GzipFile(fileobj=counted)) if is_compressed else counted)
    except EOFError:
        raise CliError(f"{name}: the compressed file is truncated; repeat the import with the complete file") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise CliError(f"{name}: the compressed file is damaged: {error}") from None
    except OSError as error:
        raise CliError(f"{name}: {error.strerror or error}") from None


def _split(stream: IO[bytes]) -> Iterator[bytes]:
    rest = b""
    too_long = False
    while chunk := stream.read(_CHUNK_BYTES):
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()
        for line in lines:
            yield b"" if too_long or len(line) > MAX_LINE_BYTES else line.removesuffix(b"\r")
            too_long = False
        if len(rest) > MAX_LINE_BYTES:
            too_long, rest = True, b""
    if too_long or rest:
        yield b"" if too_long else rest.removesuffix(b"\r")


def _first_time(name: str) -> int:
    with open_log(name) as stream:
        for line in itertools.islice(read_lines(stream, name, lambda _count: None), _MAX_LINES_TO_DATE):
            if parsed := parse_line(line):
                return parsed.time
    return 0
