"""`pyuniqvisit import`."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from services.cli.client import ApiClient, api_path
from services.cli.client.file_transfer import FileUpload
from services.cli.client.options import with_client
from services.cli.errors import UnreachableError
from services.cli.output.formats import print_json
from services.cli.output.progress import transfer_bar


@click.command("import")
@click.argument("site")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_client
def import_command(client: ApiClient, site: str, file: Path, as_json: bool) -> None:
    """Import an exported FILE into SITE (administrators only).

    FILE was written by `pyuniqvisit export`. SITE must exist; its name can differ from that of the exported site, and
    its settings do not change. An interrupted import can be repeated: nothing is stored twice.

    \b
    Example:
      pyuniqvisit import shop shop.parquet
    """
    size = file.stat().st_size
    with transfer_bar(Console(stderr=True)) as bar:
        task = bar.add_task("importing", total=size)
        sent = 0

        def advance(count: int) -> None:
            nonlocal sent
            sent += count
            bar.update(task, completed=sent, description="storing" if sent >= size else "importing")

        try:
            response = client.transfer("POST", api_path("sites", site, "import"), FileUpload(file, advance))
        except UnreachableError as error:
            raise UnreachableError(f"{error}; repeat the import, nothing is stored twice") from None
    if as_json:
        print_json(response)
    else:
        _print_summary(response)


def _print_summary(response: dict[str, Any]) -> None:
    for kind in ("visits", "events"):
        read, stored = response[kind]["read"], response[kind]["stored"]
        click.echo(f"{kind.capitalize()}: {stored:,} imported, {read - stored:,} already stored")
    for key, meaning in (
        ("erased", "rows skipped, because their visitors were erased"),
        ("without_visit", "events skipped, because they belong to no visit"),
    ):
        if response[key]:
            click.echo(f"{response[key]:,} {meaning}", err=True)
    if response["settings_differ"]:
        settings = ", ".join(response["settings_differ"]).replace("_", " ")
        click.echo(f"Settings that differ from the exported site: {settings}", err=True)
