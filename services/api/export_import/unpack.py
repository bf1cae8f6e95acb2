"""``python -m services.api.export_import.unpack FILE``: a Parquet file as JSON lines, in a process of its own.

A damaged file can end the process that reads it. This one may end; the API goes on. It has only so much memory, too.
What is wrong with the file is one JSON line on standard error.
"""

import resource
import sys
from pathlib import Path
from typing import BinaryIO

import msgspec

from services.api.export_import.errors import NotAnExportError, WrongRowError
from services.api.export_import.jsonl import JsonLinesWriter
from services.api.export_import.parquet_reader import ParquetRowsReader

MEMORY = 4 << 30
"""Bytes of address space, of which a sound file of any size needs a fraction."""
REFUSED = 3
"""Exit code when the file is not what it should be."""


class Refusal(msgspec.Struct):
    detail: str
    number: int | None = None
    """Of the row that is wrong."""
    field: str = ""


def unpack(path: Path, out: BinaryIO) -> None:
    """Raises ``NotAnExportError``, ``WrongRowError``."""
    writer = JsonLinesWriter()
    with ParquetRowsReader(path) as reader:
        out.write(writer.begin(reader.header))
        for batch in reader.batches():
            out.write(writer.write([row for _, row in batch]))


def _main(path: str) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        unpack(Path(path), sys.stdout.buffer)
    except WrongRowError as error:
        refusal = Refusal(error.reason, error.number, error.field)
    except NotAnExportError as error:
        refusal = Refusal(error.detail)
    except MemoryError:
        refusal = Refusal("the file needs more memory than a file of exported rows does")
    else:
        sys.stdout.buffer.flush()
        return 0
    sys.stderr.buffer.write(msgspec.json.encode(refusal))
    return REFUSED


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
