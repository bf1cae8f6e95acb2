"""`pyuniqvisit data-retention`."""

from typing import Any

import click

from services.cli.client import Client, route
from services.cli.client.options import with_client
from services.cli.show.output import Column, Output, output_option, show_rows
from services.cli.show.waiting import Waiting

_POLL_SECONDS = 1.0
_ROWS = (
    Column("visits", "Visits", is_number=True),
    Column("events", "Events", is_number=True),
    Column("visitors", "Visitors", is_number=True),
    Column("dead_letters", "Dead letters", is_number=True),
)
_COLUMNS = (Column("site", "Site"), Column("retention_days", "Days kept", is_number=True), Column("kept_from", "From"))


@click.command("data-retention")
@click.option("--site", metavar="SITE", help="Only this site.")
@click.option("--dry-run", is_flag=True, help="Delete nothing; say what would go.")
@output_option
@with_client
def data_retention_command(client: Client, site: str | None, dry_run: bool, output: str) -> None:
    """Delete what is older than its site keeps, and report what went today. Administrators only.

    The worker does it by itself every day. How long a site keeps what it has: `sites update SITE --retention-days`.
    """
    query = {"site": site} if site else {}
    answer = client.get(route("data-retention"), query)
    if dry_run:
        rows = [{**each, **(each["expired"] or {})} for each in answer["sites"]]
        show_rows(output, answer, (*_COLUMNS, *_ROWS), rows, "there are no sites")
        if output == Output.TABLE:
            click.echo("nothing was deleted")
        return
    answer = client.call("POST", route("data-retention") + (f"?site={site}" if site else ""))
    waiting = Waiting()
    while any(each["retention_days"] and not _latest(each)["finished_at"] for each in answer["sites"]):
        waiting.pause(_POLL_SECONDS, answer["sites"])
        answer = client.get(route("data-retention"), query)
    rows = [{**_latest(each), **each} for each in answer["sites"]]
    show_rows(output, answer, (*_COLUMNS, *_ROWS), rows, "there are no sites")


def _latest(site: dict[str, Any]) -> dict[str, Any]:
    """The run of today, which may have been done already."""
    runs = [run for run in site["runs"] if run["kept_from"] == site["kept_from"]]
    return runs[0] if runs else {"finished_at": None}
