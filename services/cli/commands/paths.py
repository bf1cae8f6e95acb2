"""`pyuniqvisit paths`."""

import click

from services.cli.client import ApiClient, api_path
from services.cli.client.options import QueryParameters, filter_option, period_options, with_client
from services.cli.output.formats import TableColumn, output_option, show_rows
from services.cli.output.values import cell

_PATH_COLUMNS = (
    TableColumn("pages", "Pages", lambda pages: " → ".join(map(cell, pages))),
    TableColumn("visits", "Visits", is_number=True),
    TableColumn("exits", "Exits", is_number=True),
)
_NEIGHBOR_COLUMNS = (
    TableColumn("side", "Side"),
    TableColumn("page", "Page"),
    TableColumn("views", "Views", is_number=True),
)


@click.command("paths")
@click.argument("site")
@click.option("--page", metavar="PATH", help="Show the pages before and after this page instead.")
@click.option("--steps", type=click.IntRange(1, 10), default=4, show_default=True, help="Pages per path.")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="Maximum number of rows.")
@period_options
@filter_option
@output_option
@with_client
def paths_command(
    client: ApiClient,
    site: str,
    page: str | None,
    steps: int,
    limit: int,
    period: QueryParameters,
    filters: QueryParameters,
    output: str,
) -> None:
    """Show the most frequent paths of visits to SITE, from their entry page.

    With --page: the pages before and after that page; `-` means that the visit started or ended there.
    """
    query = [*period, *filters, ("steps", steps), ("limit", limit), *([("page", page)] if page else [])]
    response = client.get(api_path("sites", site, "stats", "paths"), query)
    if page is None:
        show_rows(output, response, _PATH_COLUMNS, response["paths"], "No data")
        return
    sides = (("before", response["previous"]), ("after", response["next"]))
    rows = [{"side": side, **each} for side, neighbors in sides for each in neighbors]
    show_rows(output, response, _NEIGHBOR_COLUMNS, rows, "No data")
