"""Processes of an earlier supervisor that was killed before it could stop them."""

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
class Started:
    """A process that we started, told apart from a later one with the same number by when it began."""

    name: str
    pid: int
    began: str
    stop_signal: int


def began(pid: int) -> str | None:
    """When process ``pid`` began, as the system words it; None when there is no such process, or it is a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except ProcessLookupError:
        return None
    except FileNotFoundError:
        return None if Path("/proc/self/stat").exists() else _began_by_ps(pid)
    state, start = fields[0], fields[19]
    return None if state in "ZX" else start


def is_running(process: Started) -> bool:
    return began(process.pid) == process.began


def stop_leftovers(processes: Iterable[Started]) -> list[str]:
    """Stops, in the order given, those that still run. Gives their names."""
    found = [process for process in processes if is_running(process)]
    for process in found:
        _stop(process)
    return [process.name for process in found]


def _stop(process: Started) -> None:
    for number in (process.stop_signal, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, number)
        deadline = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < deadline:
            if not is_running(process):
                return
            time.sleep(_POLL_SECONDS)


def _began_by_ps(pid: int) -> str | None:
    command = ["/bin/ps", "-o", "lstart=", "-p", str(pid)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own argument list
    return done.stdout.strip() or None
