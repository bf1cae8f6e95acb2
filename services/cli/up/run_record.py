"""The record of a running `up`: its processes, for the next start, and its URLs, for other commands."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from services.cli.up.processes import StartedProcess


@dataclass(frozen=True)
class RunRecord:
    api_url: str
    processes: tuple[StartedProcess, ...] = ()
    """In the order in which they must be stopped."""
    services: Mapping[str, str] = field(default_factory=dict)
    """Name of each service -> its URL on this machine."""


def write_run_record(path: Path, record: RunRecord) -> None:
    """Replace the record atomically."""
    new = path.with_name(path.name + ".new")
    new.write_text(json.dumps(asdict(record)))
    new.rename(path)


def read_run_record(path: Path) -> RunRecord | None:
    """Return the record; None when it is missing or damaged, because no command depends on it."""
    try:
        values = json.loads(path.read_text())
        processes = tuple(StartedProcess(**process) for process in values["processes"])
        return RunRecord(values["api_url"], processes, dict(values.get("services", {})))
    except (OSError, ValueError, TypeError, KeyError):
        return None
