"""`pyuniqvisit cohort-retention`."""

from typing import Any

import click

from services.cli.client import Client, route
from services.cli.client.days import Asked, with_days
from services.cli.client.options import with_client
from services.cli.show.output import Column, output_option, show_rows
from services.cli.show.text import cell, percent


@click.command("cohort-retention")
@click.argument("site")
@click.option(
    "--interval", type=click.Choice(["day", "week"]), default="week", show_default=True, help="How long a column is."
)
@with_days
@output_option
@with_client
def retention_command(client: Client, site: str, interval: str, asked: Asked, output: str) -> None:
    """Show which percentage of SITE's new visitors came back, days or weeks later.

    A row is a day or week, with the visitors who came for the first time in it.
    """
    answer = client.get(route("sites", site, "stats", "cohort-retention"), [*asked, ("interval", interval)])
    intervals = range(max((len(cohort["percent"]) for cohort in answer["cohorts"]), default=0))
    columns = [
        Column("first_day", "First visit"),
        Column("size", "Visitors", is_number=True),
        *(Column(str(number), str(number), _percent, is_number=True) for number in intervals),
    ]
    show_rows(output, answer, columns, [_row(cohort) for cohort in answer["cohorts"]], "nothing was counted")


def _row(cohort: dict[str, Any]) -> dict[str, Any]:
    return {**cohort, **{str(number): rate for number, rate in enumerate(cohort["percent"])}}


def _percent(value: float | None) -> str:
    return cell(None) if value is None else percent(value)
