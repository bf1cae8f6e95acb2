"""A clock that jumps while a service uses it.

``python -m tests.support.jumping_clock FILE services.NAME`` runs the service with such a clock. A change of the file
makes it jump.
"""

import mmap
import runpy
import struct
import sys
import time
from pathlib import Path

_OFFSET = struct.Struct("<q")


class JumpingClock:
    """The time of the system plus an offset in milliseconds, which can be negative."""

    def __init__(self, file: Path) -> None:
        self.file = file
        if not file.exists():
            file.write_bytes(_OFFSET.pack(0))
        with file.open("r+b") as opened:
            self._shared = mmap.mmap(opened.fileno(), _OFFSET.size)

    def __call__(self) -> int:
        """Return the time in epoch milliseconds."""
        return time.time_ns() // 1_000_000 + _OFFSET.unpack_from(self._shared)[0]

    def jump(self, offset_ms: int) -> None:
        _OFFSET.pack_into(self._shared, 0, offset_ms)

    def running(self, module: str) -> list[str]:
        """Return the arguments with which Python runs ``module`` with this clock."""
        return ["-m", __name__, str(self.file), module]


if __name__ == "__main__":
    import common.clock

    # Replace it before other modules import the system clock as a default.
    common.clock.system_clock = JumpingClock(Path(sys.argv[1]))
    runpy.run_module(sys.argv[2], run_name="__main__")
