"""`pyuniqvisit paths`."""

import click

from services.cli.client import Client, route
from services.cli.client.days import Asked, with_days, with_filters
from services.cli.client.options import with_client
from services.cli.show.output import Column, output_option, show_rows
from services.cli.show.text import cell

_PATHS = (
    Column("pages", "Pages", lambda pages: " → ".join(map(cell, pages))),
    Column("visits", "Visits", is_number=True),
    Column("exits", "Ended there", is_number=True),
)
_NEIGHBOURS = (
    Column("side", "Side"),
    Column("page", "Page"),
    Column("views", "Views", is_number=True),
)


@click.command("paths")
@click.argument("site")
@click.option("--page", metavar="PATH", help="Show which pages come before and after this one instead.")
@click.option("--steps", type=click.IntRange(1, 10), default=4, show_default=True, help="So many pages of each visit.")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="So many rows.")
@with_days
@with_filters
@output_option
@with_client
def paths_command(
    client: Client, site: str, page: str | None, steps: int, limit: int, asked: Asked, filters: Asked, output: str
) -> None:
    """Show the ways that visits to SITE take from their first page on.

    With --page: where visitors came from to that page, and where they went; a page - is where the visit began or ended.
    """
    asked = [*asked, *filters, ("steps", steps), ("limit", limit), *([("page", page)] if page else [])]
    answer = client.get(route("sites", site, "stats", "paths"), asked)
    if page is None:
        show_rows(output, answer, _PATHS, answer["paths"], "nothing was counted")
        return
    sides = (("before", answer["previous"]), ("after", answer["next"]))
    rows = [{"side": side, **each} for side, neighbours in sides for each in neighbours]
    show_rows(output, answer, _NEIGHBOURS, rows, "nothing was counted")
