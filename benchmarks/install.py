"""Time from the command to a healthy install on this machine: first start, second start, and a fresh clone."""

import subprocess
import sys
from pathlib import Path

from benchmarks.one_machine import running_up
from benchmarks.processes import ROOT, BenchmarkError
from benchmarks.report import ResultRow, Section, over_rounds

_UP = (sys.executable, "-m", "services.cli.main", "up")
_LONGEST_SECONDS = 120.0
_LONGEST_COLD_SECONDS = 1_800.0
IMAGES = "sizes of images: docker compose build, then docker images"


def measure(folder: Path, *, rounds: int, from_clone: bool) -> list[Section]:
    """Measure starts; with ``from_clone`` also `make up` in a new clone, which needs git, make and the network.

    Raise ``BenchmarkError``.
    """
    first: list[float] = []
    warm: list[float] = []
    for number in range(rounds):
        data = folder / f"data-{number}"
        for taken in (first, warm):
            with running_up(_UP, data, cwd=ROOT, longest=_LONGEST_SECONDS) as seconds:
                taken.append(seconds)
    rows = [
        over_rounds("pyuniqvisit up on an empty folder: databases, tables, all services healthy", first, "s"),
        over_rounds("pyuniqvisit up again", warm, "s", key="install: warm"),
    ]
    notes = [IMAGES]
    if from_clone:
        rows += _from_clone(folder)
    else:
        notes.insert(0, "not measured: make up from a fresh clone, which downloads its packages (--install)")
    return [Section("Install", rows, notes)]


def _from_clone(folder: Path) -> list[ResultRow]:
    clone = folder / "clone"
    try:
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise BenchmarkError(f"no clone could be made: {error}") from None
    names = "make up from a fresh clone: packages, web build, servers", "make up again"
    rows = []
    for name in names:
        with running_up(("make", "up"), folder / "data-of-clone", cwd=clone, longest=_LONGEST_COLD_SECONDS) as seconds:
            rows.append(ResultRow(what=name, value=seconds, unit="s"))
    return rows
