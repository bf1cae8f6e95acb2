"""What a supervisor notes of itself: its processes for the next start, its API's address for our other commands."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from services.cli.up.leftovers import Started


@dataclass(frozen=True)
class Run:
    api_url: str
    processes: tuple[Started, ...] = ()
    """In the order in which they are to be stopped."""


def write_run(path: Path, api_url: str, processes: Sequence[Started]) -> None:
    new = path.with_name(path.name + ".new")
    new.write_text(json.dumps(asdict(Run(api_url, tuple(processes)))))
    new.rename(path)


def read_run(path: Path) -> Run | None:
    """None when there is none, or it cannot be read: it is a help, and nothing hangs on it."""
    try:
        values = json.loads(path.read_text())
        return Run(values["api_url"], tuple(Started(**process) for process in values["processes"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None
