"""`pyuniqvisit audit`."""

from typing import Any

import click

from services.cli.client import ApiClient, api_path
from services.cli.client.options import with_client
from services.cli.output.formats import OutputFormat, TableColumn, output_option, show_rows

_COLUMNS = (
    TableColumn("site", "Site"),
    TableColumn("accepted", "Accepted", is_number=True),
    TableColumn("stored", "Stored", is_number=True),
    TableColumn("dropped", "Dropped", is_number=True),
    TableColumn("dead_letters", "Dead letters", is_number=True),
    TableColumn("backlog", "Backlog", is_number=True),
    TableColumn("difference", "Difference", is_number=True),
)


@click.command("audit")
@click.option("--site", metavar="SITE", help="Report only this site.")
@output_option
@with_client
def audit_command(client: ApiClient, site: str | None, output: str) -> None:
    """Account for every accepted beacon (administrators only).

    Each is stored, dropped, a dead letter or in the backlog. The exit code is 1 when beacons are missing or were stored
    twice.
    """
    response = client.get(api_path("accounting"), {"site": site} if site else {})
    rows = [_row(each, each["site"] or "(unknown or deleted)") for each in response["sites"]]
    if not site:
        rows.append(_row(response["total"], "all"))
    show_rows(output, response, _COLUMNS, rows, "No beacons accepted yet")
    mismatched = [each for each in ((response["total"],) if not site else response["sites"]) if each["difference"]]
    if output == OutputFormat.TABLE:
        _explain(response, has_mismatch=bool(mismatched))
    if mismatched:
        raise SystemExit(1)


def _row(account: dict[str, Any], name: str) -> dict[str, Any]:
    return {**account, "site": name, "dropped": sum(account["dropped"].values())}


def _explain(response: dict[str, Any], *, has_mismatch: bool) -> None:
    for reason, beacons in response["total"]["dropped"].items():
        click.echo(f"Dropped ({reason}): {beacons}")
    if response["spooled"]:
        click.echo(f"Spooled on collectors' disks: {response['spooled']}")
    click.echo(
        "Beacons are unaccounted for; see the workers' logs" if has_mismatch else "All beacons are accounted for"
    )
