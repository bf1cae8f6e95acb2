"""Processes that an earlier supervisor started and could not stop, because it was killed."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_STOP_SECONDS = 30.0
_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class StartedProcess:
    """A process of a supervisor. Its start time identifies it, because a pid can be used again."""

    name: str
    pid: int
    start_time: str
    stop_signal: int


def process_start_time(pid: int) -> str | None:
    """Return when the process started, as the system writes it; None when it does not exist or is a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except ProcessLookupError:
        return None
    except FileNotFoundError:
        return None if Path("/proc/self/stat").exists() else _start_time_by_ps(pid)
    state, start = fields[0], fields[19]
    return None if state in "ZX" else start


def is_running(process: StartedProcess) -> bool:
    """Return whether exactly this process is still running."""
    return process_start_time(process.pid) == process.start_time


def stop_leftovers(processes: Iterable[StartedProcess]) -> list[str]:
    """Stop the processes that are still running, in the given order, and return their names."""
    found = [process for process in processes if is_running(process)]
    for process in found:
        _stop(process)
    return [process.name for process in found]


def _stop(process: StartedProcess) -> None:
    for number in (process.stop_signal, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, number)
        deadline = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < deadline:
            if not is_running(process):
                return
            time.sleep(_POLL_SECONDS)


def _start_time_by_ps(pid: int) -> str | None:
    command = ["/bin/ps", "-o", "lstart=", "-p", str(pid)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own argument list
    return done.stdout.strip() or None
