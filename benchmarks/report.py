"""Measurements as rows with targets, and as tables."""

from collections.abc import Sequence
from statistics import median

import msgspec
from rich.console import Console
from rich.table import Table

_COLORS = {"met": "[green]met[/]", "missed": "[red]missed[/]"}


class ResultTarget(msgspec.Struct, frozen=True):
    bound: float
    at_least: bool = True
    """False: the target is a maximum."""

    def is_met(self, value: float) -> bool:
        return value >= self.bound if self.at_least else value <= self.bound


class ResultRow(msgspec.Struct, frozen=True, kw_only=True):
    what: str
    value: float
    unit: str = ""
    lowest: float | None = None
    highest: float | None = None
    """Of all rounds; the value is their median."""
    p95: float | None = None
    cold: float | None = None
    """The first time, with cold caches."""
    target: ResultTarget | None = None
    key: str = ""
    """Name for calculations that use this value; empty if there are none."""
    rounds: list[float] = []
    """Values of all rounds, in order."""


class Section(msgspec.Struct, frozen=True):
    title: str
    rows: list[ResultRow]
    notes: list[str] = []
    """Explanations of the rows, and what could not be measured and why."""


def over_rounds(
    what: str, values: Sequence[float], unit: str = "", target: ResultTarget | None = None, key: str = ""
) -> ResultRow:
    return ResultRow(
        what=what,
        value=median(values),
        unit=unit,
        lowest=min(values),
        highest=max(values),
        target=target,
        key=key,
        rounds=[float(f"{value:.6g}") for value in values],
    )


def memory(what: str, resident: int | None, target: ResultTarget | None = None, key: str = "") -> list[ResultRow]:
    """Return no row if the value is unavailable."""
    return [] if resident is None else [ResultRow(what=what, value=resident / 1e6, unit="MB", target=target, key=key)]


def show(console: Console, sections: Sequence[Section]) -> None:
    for section in sections:
        has_more = any(row.p95 is not None or row.cold is not None for row in section.rows)
        more = ("p95", "cold") if has_more else ()
        table = Table("", "result", "lowest - highest", *more, "target", "", title=section.title, title_justify="left")
        for column in table.columns[1:]:
            column.justify = "right"
        for row in section.rows:
            extra = [optional(row.p95), optional(row.cold)] if has_more else []
            verdict = _COLORS.get(verdict_on(row), "")
            table.add_row(row.what, number(row.value, row.unit), spread(row), *extra, wanted(row), verdict)
        console.print(table)
        for note in section.notes:
            console.print(f"  {note}", highlight=False, markup=False)


def is_met(sections: Sequence[Section]) -> bool:
    rows = [row for section in sections for row in section.rows]
    return all(row.target is None or row.target.is_met(row.value) for row in rows)


def number(value: float, unit: str) -> str:
    digits = 0 if abs(value) >= 1000 or value == int(value) else 1 if abs(value) >= 100 else 2
    return f"{value:,.{digits}f} {unit}".strip()


def optional(value: float | None) -> str:
    return "" if value is None else number(value, "")


def spread(row: ResultRow) -> str:
    if row.lowest is None or row.highest is None:
        return ""
    return f"{number(row.lowest, '')} - {number(row.highest, '')}"


def wanted(row: ResultRow) -> str:
    if row.target is None:
        return ""
    return f"{'≥' if row.target.at_least else '≤'} {number(row.target.bound, row.unit)}"


def verdict_on(row: ResultRow) -> str:
    """Return ``met``, ``missed``, or an empty text without a target."""
    if row.target is None:
        return ""
    return "met" if row.target.is_met(row.value) else "missed"
