"""What was measured, as a table for people and as JSON for machines."""

from collections.abc import Sequence
from pathlib import Path
from statistics import median

import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.machine import Machine


class Target(msgspec.Struct, frozen=True):
    bound: float
    at_least: bool = True
    """False: at most."""

    def is_met(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound


class Row(msgspec.Struct, frozen=True, kw_only=True):
    what: str
    value: float
    unit: str = ""
    lowest: float | None = None
    highest: float | None = None
    """Over all rounds; the value is their median."""
    p95: float | None = None
    cold: float | None = None
    """The first time, with nothing in memory yet."""
    target: Target | None = None


class Section(msgspec.Struct, frozen=True):
    title: str
    rows: list[Row]


def over_rounds(what: str, values: Sequence[float], unit: str = "", target: Target | None = None) -> Row:
    return Row(what=what, value=median(values), unit=unit, lowest=min(values), highest=max(values), target=target)


def memory(what: str, resident: int | None, target: Target | None = None) -> list[Row]:
    """No row where the system does not tell."""
    return [] if resident is None else [Row(what=what, value=resident / 1e6, unit="MB", target=target)]


def show(console: Console, machine: Machine, sections: Sequence[Section]) -> None:
    for section in sections:
        has_more = any(row.p95 is not None or row.cold is not None for row in section.rows)
        more = ("p95", "cold") if has_more else ()
        table = Table("", "result", "lowest - highest", *more, "target", "", title=section.title, title_justify="left")
        for column in table.columns[1:]:
            column.justify = "right"
        for row in section.rows:
            extra = [_optional(row.p95), _optional(row.cold)] if has_more else []
            table.add_row(row.what, _number(row.value, row.unit), _spread(row), *extra, _wanted(row), _verdict(row))
        console.print(table)
    console.print(machine.describe(), highlight=False)


def is_met(sections: Sequence[Section]) -> bool:
    rows = [row for section in sections for row in section.rows]
    return all(row.target is None or row.target.is_met(row.value) for row in rows)


def write_json(file: Path, machine: Machine, sections: Sequence[Section]) -> None:
    whole = {"machine": machine, "sections": sections}
    file.write_bytes(msgspec.json.format(msgspec.json.encode(whole)) + b"\n")


def _number(value: float, unit: str) -> str:
    digits = 0 if abs(value) >= 1000 or value == int(value) else 1 if abs(value) >= 100 else 2
    return f"{value:,.{digits}f} {unit}".strip()


def _optional(value: float | None) -> str:
    return "" if value is None else _number(value, "")


def _spread(row: Row) -> str:
    if row.lowest is None or row.highest is None:
        return ""
    return f"{_number(row.lowest, '')} - {_number(row.highest, '')}"


def _wanted(row: Row) -> str:
    if row.target is None:
        return ""
    return f"{'≥' if row.target.at_least else '≤'} {_number(row.target.bound, row.unit)}"


def _verdict(row: Row) -> str:
    if row.target is None:
        return ""
    return "[green]met[/]" if row.target.is_met(row.value) else "[red]missed[/]"
