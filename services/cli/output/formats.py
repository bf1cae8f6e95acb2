"""Printing a response as a table for people, or as JSON or CSV for scripts."""

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
from services.cli.output.values import cell

CommandFunction = TypeVar("CommandFunction", bound=Callable[..., Any])
Row = Mapping[str, Any]
_UNLIMITED_WIDTH = 10_000
"""Width where the output is a file or a pipe, so that nothing is cut off."""


class OutputFormat(StrEnum):
    TABLE = "table"
    JSON = "json"
    CSV = "csv"


@dataclass(frozen=True)
class TableColumn:
    """A column of a table: the key of its values in the API's rows, and how they are shown."""

    key: str
    heading: str
    format: Callable[[Any], str] = cell
    is_number: bool = False


def output_option(command: CommandFunction) -> CommandFunction:
    """Add ``--json`` and ``--csv``, passed as ``output``."""
    for each in (OutputFormat.CSV, OutputFormat.JSON):
        text = f"Print {each.upper()}."
        command = click.option(
            f"--{each}", "output", flag_value=each.value, default=OutputFormat.TABLE.value, help=text
        )(command)
    return command


def show_rows(output: str, document: Any, columns: Sequence[TableColumn], rows: Sequence[Row], empty: str) -> None:
    """Print ``rows`` as a table or CSV, or the whole ``document`` as JSON. ``empty`` replaces a table without rows."""
    if output == OutputFormat.JSON:
        print_json(document)
    elif output == OutputFormat.CSV:
        print_csv([column.key for column in columns], rows)
    elif rows:
        print_table(columns, rows)
    else:
        click.echo(empty)


def show_one(output: str, document: Row) -> None:
    """Print one object with a line for each field; as CSV, a table of one row."""
    if output == OutputFormat.JSON:
        print_json(document)
    elif output == OutputFormat.CSV:
        print_csv(list(document), [document])
    else:
        width = max(map(len, document), default=0)
        for key, value in document.items():
            click.echo(f"{key.replace('_', ' '):{width}}  {cell(value)}")


def print_json(document: Any) -> None:
    """Print a document as indented JSON."""
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


def print_csv(keys: Sequence[str], rows: Iterable[Row]) -> None:
    """Print the API's values under the API's names. No value is a formula for a spreadsheet."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(keys)
    writer.writerows([_csv_value(row.get(key)) for key in keys] for row in rows)


def print_table(columns: Sequence[TableColumn], rows: Iterable[Row]) -> None:
    """Print a table as wide as the terminal."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True)
    for column in columns:
        table.add_column(column.heading, justify="right" if column.is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(column.format(row.get(column.key))) for column in columns))
    console().print(table)


def console() -> Console:
    """Return the terminal, without colors where NO_COLOR is set or the output is a file or a pipe."""
    terminal = Console(highlight=False)
    return terminal if terminal.is_terminal else Console(highlight=False, width=_UNLIMITED_WIDTH)


def _csv_value(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return escape_formula(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value
