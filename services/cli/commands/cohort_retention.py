"""`pyuniqvisit cohort-retention`."""

from typing import Any

import click

from services.cli.client import ApiClient, api_path
from services.cli.client.options import QueryParameters, period_options, with_client
from services.cli.output.formats import TableColumn, output_option, show_rows
from services.cli.output.values import cell, percent


@click.command("cohort-retention")
@click.argument("site")
@click.option(
    "--interval",
    type=click.Choice(["day", "week"]),
    default="week",
    show_default=True,
    help="Length of a cohort and of a column.",
)
@period_options
@output_option
@with_client
def cohort_retention_command(client: ApiClient, site: str, interval: str, period: QueryParameters, output: str) -> None:
    """Show how many new visitors of SITE return, by day or week.

    Each row is a cohort: the visitors whose first visit was in that day or week. Columns are days or weeks later.
    """
    response = client.get(api_path("sites", site, "stats", "cohort-retention"), [*period, ("interval", interval)])
    intervals = range(max((len(cohort["percent"]) for cohort in response["cohorts"]), default=0))
    columns = [
        TableColumn("first_day", "First visit"),
        TableColumn("size", "Visitors", is_number=True),
        *(TableColumn(str(number), str(number), _retention_rate, is_number=True) for number in intervals),
    ]
    show_rows(output, response, columns, [_row(cohort) for cohort in response["cohorts"]], "No data")


def _row(cohort: dict[str, Any]) -> dict[str, Any]:
    return {**cohort, **{str(number): rate for number, rate in enumerate(cohort["percent"])}}


def _retention_rate(value: float | None) -> str:
    return cell(None) if value is None else percent(value)
