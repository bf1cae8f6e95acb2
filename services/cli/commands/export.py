"""`pyuniqvisit export`."""

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click
from rich.console import Console

from services.cli.client import Client, route
from services.cli.client.files import Download
from services.cli.client.options import with_client
from services.cli.import_log.report import progress_bar

_STDOUT = "-"


@click.command("export")
@click.argument("site")
@click.argument("file")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["parquet", "jsonl"]),
    help="How the file is written.  [default: by its name: jsonl for .jsonl and `-`, else parquet]",
)
@click.option("--from", "first", metavar="DAY", help="Visits that began on this day, as 2026-11-01, or later.")
@click.option("--to", "last", metavar="DAY", help="Visits that began on this day or earlier.")
@with_client
def export_command(
    client: Client, site: str, file: str, format_: str | None, first: str | None, last: str | None
) -> None:
    """Write the visits and events of SITE to FILE (administrators only).

    FILE is one Parquet file, for pandas, DuckDB and the like, or JSON lines; `-` is standard output. Both can be
    brought into another install with `pyuniqvisit import`, and nothing is lost on the way.

    \b
    Examples:
      pyuniqvisit export shop shop.parquet
      pyuniqvisit export shop - --from 2026-11-01 | gzip > november.jsonl.gz
    """
    if format_ is None:
        format_ = "jsonl" if file == _STDOUT or file.endswith(".jsonl") else "parquet"
    wanted = {"format": format_, "from": first, "to": last}
    query = {name: value for name, value in wanted.items() if value is not None}
    with _opened(file) as stream, progress_bar(Console(stderr=True)) as bar:
        task = bar.add_task("exporting", total=None)
        download = Download(stream, lambda count: bar.advance(task, count))
        client.transfer("GET", route("sites", site, "export"), download, query)
    if file != _STDOUT:
        click.echo(f"{file} has {Path(file).stat().st_size:,} bytes")


@contextlib.contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    """The file gets its name when it is whole."""
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
