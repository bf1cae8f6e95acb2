"""Unpacks a Parquet file into JSON lines in a process of its own.

A damaged file can crash the process that reads it; the API continues. The process runs as
``python -m services.api.export_import.parquet_process FILE`` with limited memory. It reports an invalid file as one
line of JSON on standard error.
"""

import asyncio
import resource
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import BinaryIO

import msgspec

from services.api.export_import.jsonl import JsonLinesWriter
from services.api.export_import.models import NotAnExportError, WrongRowError
from services.api.export_import.parquet_reader import ParquetRowsReader

MAX_MEMORY = 4 << 30
"""Bytes of address space. A valid file of any size needs a fraction of it."""
EXIT_INVALID_FILE = 3

_MODULE = "services.api.export_import.parquet_process"
_ROOT = Path(__file__).parents[3]
_PIECE_BYTES = 256 * 1024
# Arrow's other allocators reserve more memory than they use.
_ENVIRONMENT = {"ARROW_DEFAULT_MEMORY_POOL": "system", "PYTHONDONTWRITEBYTECODE": "1"}


class InvalidFileReport(msgspec.Struct):
    """What the process reports about a file that it cannot unpack."""

    detail: str
    number: int | None = None
    """Of the invalid row."""
    field: str = ""


async def unpack_parquet(path: Path) -> AsyncGenerator[bytes, None]:
    """Yield the file as JSON lines, in pieces. Raises ``NotAnExportError`` or ``WrongRowError``."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", _MODULE, str(path),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=_ROOT,
        env=_ENVIRONMENT,
        limit=_PIECE_BYTES,
    )  # fmt: skip
    assert process.stdout is not None and process.stderr is not None  # noqa: S101, PT018 - they are pipes
    try:
        while piece := await process.stdout.read(_PIECE_BYTES):
            yield piece
        report = await process.stderr.read()
        code = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if code == EXIT_INVALID_FILE:
        raise _reported_error(report)
    if code != 0:
        raise NotAnExportError("the file is damaged")


def _reported_error(report: bytes) -> NotAnExportError | WrongRowError:
    found = msgspec.json.decode(report, type=InvalidFileReport)
    if found.number is None:
        return NotAnExportError(found.detail)
    return WrongRowError(found.number, found.field, found.detail)


def write_json_lines(path: Path, out: BinaryIO) -> None:
    """Unpack the file in this process. Raises ``NotAnExportError`` or ``WrongRowError``."""
    writer = JsonLinesWriter()
    with ParquetRowsReader(path) as reader:
        out.write(writer.begin(reader.header))
        for batch in reader.batches():
            out.write(writer.write([row for _, row in batch]))


def _main(path: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        write_json_lines(Path(path), sys.stdout.buffer)
    except WrongRowError as error:
        report = InvalidFileReport(error.reason, error.number, error.field)
    except NotAnExportError as error:
        report = InvalidFileReport(error.detail)
    except MemoryError:
        report = InvalidFileReport("unpacking the file needs more memory than any export does")
    else:
        sys.stdout.buffer.flush()
        return 0
    sys.stderr.buffer.write(msgspec.json.encode(report))
    return EXIT_INVALID_FILE


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
