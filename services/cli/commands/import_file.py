"""`pyuniqvisit import`."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console

from services.cli.client import Client, route
from services.cli.client.files import Upload
from services.cli.client.options import with_client
from services.cli.errors import UnreachableError
from services.cli.import_log.report import progress_bar
from services.cli.show.output import print_json


@click.command("import")
@click.argument("site")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@with_client
def import_command(client: Client, site: str, file: Path, as_json: bool) -> None:
    """Bring FILE, which `pyuniqvisit export` wrote here or elsewhere, into SITE (administrators only).

    SITE has to be there, and may have another name than where FILE comes from. Its settings stay as they are.

    Safe to repeat: what is there already is not stored again. So an import that broke off is simply repeated.

    \b
    Example:
      pyuniqvisit import shop shop.parquet
    """
    size = file.stat().st_size
    with progress_bar(Console(stderr=True)) as bar:
        task = bar.add_task("importing", total=size)
        sent = 0

        def advance(count: int) -> None:
            nonlocal sent
            sent += count
            bar.update(task, completed=sent, description="storing" if sent >= size else "importing")

        try:
            answer = client.transfer("POST", route("sites", site, "import"), Upload(file, advance))
        except UnreachableError as error:
            raise UnreachableError(f"{error}; repeat the import, nothing is stored twice") from None
    if as_json:
        print_json(answer)
    else:
        _tell(answer)


def _tell(answer: dict[str, Any]) -> None:
    for kind in ("visits", "events"):
        read, stored = answer[kind]["read"], answer[kind]["stored"]
        click.echo(f"{read:,} {kind}, of which {stored:,} were not there yet")
    for key, meaning in (
        ("erased", "rows are left out: their visitors were erased here"),
        ("without_visit", "events are left out: they lie in no visit"),
    ):
        if answer[key]:
            click.echo(f"{answer[key]:,} {meaning}", err=True)
    if answer["settings_differ"]:
        settings = ", ".join(answer["settings_differ"]).replace("_", " ")
        click.echo(f"the site that was exported had another {settings}", err=True)
