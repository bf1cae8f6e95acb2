"""The process that unpacks a Parquet file, as the API sees it."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

import msgspec

from services.api.export_import.errors import NotAnExportError, WrongRowError
from services.api.export_import.unpack import REFUSED, Refusal

_MODULE = "services.api.export_import.unpack"
_ROOT = Path(__file__).parents[3]
_PIECE = 256 * 1024
# Of its allocators, the one that does not reserve more than it uses.
_ENVIRONMENT = {"ARROW_DEFAULT_MEMORY_POOL": "system", "PYTHONDONTWRITEBYTECODE": "1"}


async def unpacked(path: Path) -> AsyncGenerator[bytes, None]:
    """The file as JSON lines, in pieces. Raises ``NotAnExportError``, ``WrongRowError``."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", _MODULE, str(path),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=_ROOT,
        env=_ENVIRONMENT,
        limit=_PIECE,
    )  # fmt: skip
    assert process.stdout is not None and process.stderr is not None  # noqa: S101, PT018 - they are pipes
    try:
        while piece := await process.stdout.read(_PIECE):
            yield piece
        said = await process.stderr.read()
        code = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if code == REFUSED:
        _refuse(msgspec.json.decode(said, type=Refusal))
    if code != 0:
        raise NotAnExportError("the file is damaged")


def _refuse(refusal: Refusal) -> None:
    if refusal.number is None:
        raise NotAnExportError(refusal.detail)
    raise WrongRowError(refusal.number, refusal.field, refusal.detail)
