"""How an answer is printed: as a table, or for programs as JSON or CSV."""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from common.text import escape_formula
from services.cli.show.text import cell

Command = TypeVar("Command", bound=Callable[..., Any])
Row = Mapping[str, Any]
_UNLIMITED = 10_000
"""Columns of a terminal that is a file or a program: nothing is cut off for them."""


class Output(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


@dataclass(frozen=True)
class Column:
    key: str
    heading: str
    show: Callable[[Any], str] = cell
    is_number: bool = False


def output_option(command: Command) -> Command:
    """Adds ``--json`` and ``--csv``, as the argument ``output``."""
    for each in (Output.CSV, Output.JSON):
        text = f"Print {each.upper()}, for programs."
        command = click.option(f"--{each}", "output", flag_value=each.value, default=Output.TABLE.value, help=text)(
            command
        )
    return command


def show_rows(output: str, document: Any, columns: Sequence[Column], rows: Sequence[Row], empty: str) -> None:
    """``document`` is the API's own answer, which JSON gives as it is; ``empty`` says what no rows mean."""
    if output == Output.JSON:
        print_json(document)
    elif output == Output.CSV:
        print_csv([column.key for column in columns], rows)
    elif rows:
        print_table(columns, rows)
    else:
        click.echo(empty)


def show_one(output: str, document: Row) -> None:
    """One thing, a field a line. As CSV it is a table of one row."""
    if output == Output.JSON:
        print_json(document)
    elif output == Output.CSV:
        print_csv(list(document), [document])
    else:
        width = max(map(len, document), default=0)
        for key, value in document.items():
            click.echo(f"{key.replace('_', ' '):{width}}  {cell(value)}")


def print_json(document: Any) -> None:
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


def print_csv(keys: Sequence[str], rows: Iterable[Row]) -> None:
    """Values as the API gave them, under the API's names; none is a formula for a spreadsheet."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(keys)
    writer.writerows([_csv_value(row.get(key)) for key in keys] for row in rows)


def print_table(columns: Sequence[Column], rows: Iterable[Row]) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True)
    for column in columns:
        table.add_column(column.heading, justify="right" if column.is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(column.show(row.get(column.key))) for column in columns))
    console().print(table)


def console() -> Console:
    """The terminal. Colours are left out where NO_COLOR is set or nobody looks."""
    terminal = Console(highlight=False)
    return terminal if terminal.is_terminal else Console(highlight=False, width=_UNLIMITED)


def _csv_value(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return escape_formula(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value
