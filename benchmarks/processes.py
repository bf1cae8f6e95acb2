"""Processes under test: their cores, readiness and resource usage."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from benchmarks.load import LoadJob, LoadResult

ROOT = Path(__file__).parent.parent
_START_SECONDS = 30.0
_STOP_SECONDS = 20.0
_POLL_SECONDS = 0.01

Cores = frozenset[int]


class BenchmarkError(Exception):
    """The measurement failed or has no meaningful result."""


def all_cores() -> Cores:
    return frozenset(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else frozenset()


def server_core() -> Cores:
    """Return the core reserved for the server under test."""
    return frozenset(sorted(all_cores())[:1])


def other_cores() -> Cores:
    """Return the cores for the load generator and the queue, including the server's if there is only one."""
    return frozenset(sorted(all_cores())[1:]) or server_core()


@contextlib.contextmanager
def started_on(cores: Cores) -> Iterator[None]:
    """Run processes that are started in the block on ``cores`` only, with all their threads."""
    if not cores:
        yield
        return
    before = all_cores()
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@dataclass(frozen=True, slots=True)
class BenchmarkedService:
    """A Python process of this project that listens on ``port``."""

    process: "subprocess.Popen[bytes]"
    port: int
    started_in: float
    """Seconds from the start of the process until it was ready."""

    @property
    def memory(self) -> int | None:
        return resident_bytes(self.process.pid)


@contextlib.contextmanager
def running(
    module: str, *arguments: str, port: int, cores: Cores, environment: Mapping[str, str], log: Path, path: str = ""
) -> Iterator[BenchmarkedService]:
    """Run ``python -m module`` until the block ends. It is ready when GET ``path`` is 200, or when it listens."""
    began = time.perf_counter()
    with started_on(cores), log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={"PATH": os.defpath, **environment},  # No settings of the operator.
            stdout=output,
            stderr=output,
        )
    try:
        _wait_until_ready(module, process, port, path, log)
        yield BenchmarkedService(process, port, time.perf_counter() - began)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def generate_load(job: LoadJob, cores: Cores) -> LoadResult:
    """Run the load generator in a separate process. Raise ``BenchmarkError``."""
    with started_on(cores):
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.load"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    out, err = process.communicate(msgspec.json.encode(job))
    if process.returncode:
        raise BenchmarkError(f"the load generator failed: {err.decode(errors='replace').strip()[-500:]}")
    return msgspec.json.decode(out, type=LoadResult)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def resident_bytes(pid: int) -> int | None:
    """Return the resident memory of one process, None if unavailable."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS:")).split()[1]) * 1024
    return None


def cpu_seconds(pid: int) -> float:
    """Return the processor time of one process so far, NaN if unavailable."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return float("nan")


def family_cpu_seconds(pid: int) -> float:
    """Return the processor time of a process and its children so far, including ended ones."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ended = (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
        living = [cpu_seconds(member) for member in family(pid)]
        return ended + sum(seconds for seconds in living if seconds == seconds)
    return float("nan")


def family(pid: int) -> list[int]:
    """Return the process and its children, for servers with one process per connection."""
    found = [pid]
    with contextlib.suppress(OSError):
        found += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    return found


def proportional_bytes(pids: list[int]) -> int | None:
    """Return the memory of processes, counting each shared page once."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError, StopIteration):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += int(next(line for line in lines if line.startswith("Pss:")).split()[1]) * 1024
    return total or None


def _wait_until_ready(module: str, process: "subprocess.Popen[bytes]", port: int, path: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise BenchmarkError(f"{module} ended at once: {log.read_text(errors='replace').strip()[-800:]}")
        if _is_ready(port, path):
            return
        time.sleep(_POLL_SECONDS)
    raise BenchmarkError(f"{module} was not ready in {_START_SECONDS:.0f} s: {log.read_text(errors='replace')[-800:]}")


def _is_ready(port: int, path: str) -> bool:
    try:
        if path:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2).close()
        else:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
