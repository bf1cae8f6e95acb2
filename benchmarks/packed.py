"""Sizes of compressed files."""

import gzip
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.processes import ROOT

_OF_THE_BUILD = ROOT / ".venv" / "node" / "node"
_BROTLI = """
const { brotliCompressSync } = require("node:zlib")
process.stdout.write(String(brotliCompressSync(require("node:fs").readFileSync(0)).length))
"""


@dataclass(frozen=True, slots=True)
class CompressedSizes:
    """Bytes of all files, each compressed separately at the best level."""

    plain: int
    gzip: int
    brotli: int | None
    """None where there is no Node.js."""


def find_node() -> str | None:
    """Return the machine's own Node.js, or the one that the web build uses."""
    return shutil.which("node") or (str(_OF_THE_BUILD) if _OF_THE_BUILD.exists() else None)


def packed(files: Sequence[bytes], node: str | None) -> CompressedSizes:
    return CompressedSizes(
        sum(map(len, files)),
        sum(len(gzip.compress(file, 9)) for file in files),
        sum(_brotli(file, node) for file in files) if node else None,
    )


def _brotli(file: bytes, node: str) -> int:
    return int(subprocess.run([node, "-e", _BROTLI], input=file, capture_output=True, check=True).stdout)
