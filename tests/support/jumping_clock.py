"""A clock that jumps while a service goes by it.

``python -m tests.support.jumping_clock FILE services.NAME`` is the service with such a clock; who holds the file makes
it jump.
"""

import mmap
import runpy
import struct
import sys
import time
from pathlib import Path

_OFFSET = struct.Struct("<q")


class JumpingClock:
    """``offset_ms`` before (below 0) or after the system's time."""

    def __init__(self, file: Path) -> None:
        self.file = file
        if not file.exists():
            file.write_bytes(_OFFSET.pack(0))
        with file.open("r+b") as opened:
            self._shared = mmap.mmap(opened.fileno(), _OFFSET.size)

    def __call__(self) -> int:
        """Epoch milliseconds."""
        return time.time_ns() // 1_000_000 + _OFFSET.unpack_from(self._shared)[0]

    def jump(self, offset_ms: int) -> None:
        _OFFSET.pack_into(self._shared, 0, offset_ms)

    def running(self, module: str) -> list[str]:
        """The arguments with which Python runs ``module`` by this clock."""
        return ["-m", __name__, str(self.file), module]


if __name__ == "__main__":
    import common.clock

    # Before anybody took the system's clock for a default.
    common.clock.system_clock = JumpingClock(Path(sys.argv[1]))
    runpy.run_module(sys.argv[2], run_name="__main__")
