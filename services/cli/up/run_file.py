"""What a supervisor notes of itself: its processes for the next start, and addresses for our other commands."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from services.cli.up.leftovers import Started


@dataclass(frozen=True)
class Run:
    api_url: str
    processes: tuple[Started, ...] = ()
    """In the order in which they are to be stopped."""
    services: Mapping[str, str] = field(default_factory=dict)
    """Where each of our services answers on this machine, by its name."""


def write_run(path: Path, run: Run) -> None:
    new = path.with_name(path.name + ".new")
    new.write_text(json.dumps(asdict(run)))
    new.rename(path)


def read_run(path: Path) -> Run | None:
    """None when there is none, or it cannot be read: it is a help, and nothing hangs on it."""
    try:
        values = json.loads(path.read_text())
        started = tuple(Started(**process) for process in values["processes"])
        return Run(values["api_url"], started, dict(values.get("services", {})))
    except (OSError, ValueError, TypeError, KeyError):
        return None
