"""`pyuniqvisit data-retention`."""

from typing import Any

import click

from services.cli.client import ApiClient, api_path
from services.cli.client.options import with_client
from services.cli.output.formats import OutputFormat, TableColumn, output_option, show_rows
from services.cli.output.progress import WorkerWait

_POLL_SECONDS = 1.0
_ROW_COLUMNS = (
    TableColumn("visits", "Visits", is_number=True),
    TableColumn("events", "Events", is_number=True),
    TableColumn("visitors", "Visitors", is_number=True),
    TableColumn("dead_letters", "Dead letters", is_number=True),
)
_COLUMNS = (
    TableColumn("site", "Site"),
    TableColumn("retention_days", "Retention (days)", is_number=True),
    TableColumn("kept_from", "Kept from"),
)


@click.command("data-retention")
@click.option("--site", metavar="SITE", help="Process only this site.")
@click.option("--dry-run", is_flag=True, help="Report what would be deleted, without deleting it.")
@output_option
@with_client
def data_retention_command(client: ApiClient, site: str | None, dry_run: bool, output: str) -> None:
    """Delete data older than its site's data retention (administrators only).

    Prints what was deleted today. The worker also does this automatically every day. Set the retention with
    `sites update SITE --retention-days`.
    """
    query = {"site": site} if site else {}
    response = client.get(api_path("data-retention"), query)
    if dry_run:
        rows = [{**each, **(each["expired"] or {})} for each in response["sites"]]
        show_rows(output, response, (*_COLUMNS, *_ROW_COLUMNS), rows, "No sites")
        if output == OutputFormat.TABLE:
            click.echo("Dry run: nothing was deleted")
        return
    response = client.call("POST", api_path("data-retention") + (f"?site={site}" if site else ""))
    wait = WorkerWait()
    while any(each["retention_days"] and not _todays_run(each)["finished_at"] for each in response["sites"]):
        wait.pause(_POLL_SECONDS, response["sites"])
        response = client.get(api_path("data-retention"), query)
    rows = [{**_todays_run(each), **each} for each in response["sites"]]
    show_rows(output, response, (*_COLUMNS, *_ROW_COLUMNS), rows, "No sites")


def _todays_run(site: dict[str, Any]) -> dict[str, Any]:
    """Return the run of today, which can be finished already."""
    runs = [run for run in site["runs"] if run["kept_from"] == site["kept_from"]]
    return runs[0] if runs else {"finished_at": None}
