"""`pyuniqvisit audit`."""

from typing import Any

import click

from services.cli.client import Client, route
from services.cli.client.options import with_client
from services.cli.show.output import Column, Output, output_option, show_rows

_COLUMNS = (
    Column("site", "Site"),
    Column("accepted", "Accepted", is_number=True),
    Column("stored", "Stored", is_number=True),
    Column("dropped", "Dropped", is_number=True),
    Column("dead_letters", "Dead letters", is_number=True),
    Column("backlog", "Waiting", is_number=True),
    Column("difference", "Difference", is_number=True),
)


@click.command("audit")
@click.option("--site", metavar="SITE", help="Only this site.")
@output_option
@with_client
def audit_command(client: Client, site: str | None, output: str) -> None:
    """Account for every accepted beacon: stored, dropped, dead letters, waiting. Administrators only.

    Ends with exit code 1 when beacons are missing, or counted twice.
    """
    answer = client.get(route("accounting"), {"site": site} if site else {})
    rows = [_row(each, each["site"] or "(unknown or deleted)") for each in answer["sites"]]
    if not site:
        rows.append(_row(answer["total"], "all"))
    show_rows(output, answer, _COLUMNS, rows, "nothing was accepted yet")
    wrong = [each for each in ((answer["total"],) if not site else answer["sites"]) if each["difference"]]
    if output == Output.TABLE:
        _explain(answer, bool(wrong))
    if wrong:
        raise SystemExit(1)


def _row(account: dict[str, Any], name: str) -> dict[str, Any]:
    return {**account, "site": name, "dropped": sum(account["dropped"].values())}


def _explain(answer: dict[str, Any], wrong: bool) -> None:
    for reason, beacons in answer["total"]["dropped"].items():
        click.echo(f"dropped, {reason}: {beacons}")
    if answer["spooled"]:
        click.echo(f"on the disks of collectors, until Redis takes them: {answer['spooled']}")
    click.echo("there is a difference: look at the workers' logs" if wrong else "every beacon is accounted for")
