"""`pyuniqvisit export`."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click
from rich.console import Console

from services.cli.client import ApiClient, api_path
from services.cli.client.file_transfer import FileDownload
from services.cli.client.options import with_client
from services.cli.output.progress import transfer_bar

_STDOUT = "-"


@click.command("export")
@click.argument("site")
@click.argument("file")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["parquet", "jsonl"]),
    help="File format.  [default: jsonl for `-` and names that end in .jsonl, else parquet]",
)
@click.option("--from", "first", metavar="DAY", help="First day of visits, like 2026-11-01.")
@click.option("--to", "last", metavar="DAY", help="Last day of visits, inclusive.")
@with_client
def export_command(
    client: ApiClient, site: str, file: str, format_: str | None, first: str | None, last: str | None
) -> None:
    """Export the visits and events of SITE to FILE (administrators only).

    FILE is a Parquet file, for tools such as pandas and DuckDB, or JSON lines; `-` is standard output. Both formats are
    complete, and `pyuniqvisit import` imports them into another install.

    \b
    Examples:
      pyuniqvisit export shop shop.parquet
      pyuniqvisit export shop - --from 2026-11-01 | gzip > november.jsonl.gz
    """
    if format_ is None:
        format_ = "jsonl" if file == _STDOUT or file.endswith(".jsonl") else "parquet"
    options = {"format": format_, "from": first, "to": last}
    query = {name: value for name, value in options.items() if value is not None}
    with _opened(file) as stream, transfer_bar(Console(stderr=True)) as bar:
        task = bar.add_task("exporting", total=None)
        download = FileDownload(stream, lambda count: bar.advance(task, count))
        client.transfer("GET", api_path("sites", site, "export"), download, query)
    if file != _STDOUT:
        click.echo(f"Exported {site} to {file} ({Path(file).stat().st_size:,} bytes)")


@contextlib.contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    """Open the file; it gets its final name when it is complete."""
    if name == _STDOUT:
        yield sys.stdout.buffer
        return
    part = Path(f"{name}.part")
    try:
        with part.open("wb") as stream:
            yield stream
        part.replace(name)
    finally:
        part.unlink(missing_ok=True)
