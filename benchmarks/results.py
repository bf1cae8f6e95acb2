"""One run of the benchmarks: results, machine and duration, stored as JSON."""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from benchmarks.machine import Machine
from benchmarks.report import ResultRow, Section, is_met

VERSION = 1
BUDGET_SECONDS = 900
"""For the whole run on two cores, including setup."""


class Part(msgspec.Struct, frozen=True):
    name: str
    seconds: float
    budget: float
    """Maximum seconds on two cores."""
    sections: list[Section] = []
    failure: str = ""
    """Why it could not be measured; empty otherwise."""

    @property
    def is_met(self) -> bool:
        return not self.failure and is_met(self.sections)


class Results(msgspec.Struct, frozen=True, kw_only=True):
    version: int = VERSION
    begun: str
    """UTC, ISO 8601."""
    options: list[str]
    """Options of the command that influence the numbers."""
    machine: Machine
    parts: list[Part]

    @property
    def seconds(self) -> float:
        return sum(part.seconds for part in self.parts)

    def rows(self) -> Iterator[ResultRow]:
        for part in self.parts:
            for section in part.sections:
                yield from section.rows

    def value(self, key: str) -> float | None:
        """Return the value of the row with that key, None if it was not measured."""
        return next((row.value for row in self.rows() if row.key == key), None)


def write(file: Path, results: Results) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(msgspec.json.format(msgspec.json.encode(results)) + b"\n")


def read(file: Path) -> Results:
    """Read stored results. Raise ``OSError`` and ``msgspec.DecodeError``."""
    return msgspec.json.decode(file.read_bytes(), type=Results)
