"""`pyuniqvisit up` as an operator starts it."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.processes import BenchmarkError, free_port

_READY = b"Press Ctrl-C to stop it"
_STOP_SECONDS = 60.0


@contextlib.contextmanager
def running_up(command: Sequence[str], data: Path, *, cwd: Path, longest: float) -> Iterator[float]:
    """Yield the seconds from the command until everything is healthy. Options are appended to ``command``.

    Raise ``BenchmarkError`` when that takes more than ``longest`` seconds, or the process exits.
    """
    options = ["--data-dir", str(data), "--api-port", str(free_port()), "--collector-port", str(free_port())]
    log = data.with_suffix(".log")
    own = {"PYUNIQVISIT_ADMIN_PASSWORD": "a password of the benchmarks", "PYUNIQVISIT_WORKER__PORT": str(free_port())}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYUNIQVISIT_")} | own
    began = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, *([f"ARGS={' '.join(options)}"] if command[0] == "make" else options)],
            cwd=cwd,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        while _READY not in log.read_bytes():
            if process.poll() is not None or time.perf_counter() - began > longest:
                raise BenchmarkError(f"{' '.join(command)}: {log.read_text(errors='replace').strip()[-500:]}")
            time.sleep(0.02)
        yield time.perf_counter() - began
    finally:
        # Make does not forward signals to its children.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
