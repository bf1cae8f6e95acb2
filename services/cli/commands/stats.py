"""`pyuniqvisit stats`."""

from collections.abc import Sequence
from typing import Any

import click

from services.cli.client import Client, route
from services.cli.client.options import with_client
from services.cli.client.paired import Reader, reader_of
from services.cli.show.output import Column, Output, output_option, print_csv, print_json, show_rows
from services.cli.show.sparkline import sparkline
from services.cli.show.text import cell, duration, percent

_PERIODS = ("day", "7d", "30d", "month", "6mo", "year", "all")
_GRAPH_WIDTH = 60
_METRICS = (
    Column("visitors", "Visitors", is_number=True),
    Column("visits", "Visits", is_number=True),
    Column("pageviews", "Page views", is_number=True),
    Column("events", "Events", is_number=True),
    Column("clicks", "Clicks", is_number=True),
    Column("entries", "Entries", is_number=True),
    Column("views_per_visit", "Views per visit", is_number=True),
    Column("bounce_rate", "Bounce rate", percent, is_number=True),
    Column("visit_duration", "Visit duration", duration, is_number=True),
    Column("time_on_page", "Time on page", duration, is_number=True),
    Column("scroll_depth", "Scroll depth", percent, is_number=True),
)
_COMPARED = "compared_"


@click.command("stats")
@click.argument("site")
@click.option("--period", type=click.Choice(_PERIODS), help="Which days.  [default: 30d]")
@click.option("--from", "first", metavar="DAY", help="The first day, as 2026-11-01; goes with --to.")
@click.option("--to", "last", metavar="DAY", help="The last day, included.")
@click.option("--by", "dimension", metavar="DIMENSION", help="One row for each page, source, country, browser, …")
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="FILTER",
    help="Count these visits only: DIMENSION:OPERATOR:VALUE, like country:is:GB. Operators: is, is_not, contains, "
    "not_contains, starts_with. Several values with | between them: one must do. Can be repeated; all must hold.",
)
@click.option(
    "--compare", type=click.Choice(["previous", "year"]), help="Beside the days before, or the same a year ago."
)
@click.option("--metrics", metavar="NAMES", help="Only these, like visitors,bounce_rate.")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="With --by: so many rows a page."
)
@click.option("--page", type=click.IntRange(min=1), default=1, show_default=True, help="With --by: which page of rows.")
@click.option(
    "--sort",
    metavar="METRIC",
    help="With --by: order by this; the greatest first with - before it.  [default: -visitors]",
)
@click.option("--search", metavar="TEXT", help="With --by: only values that contain this.")
@click.option(
    "--paired", is_flag=True, help="Sign with this machine's key, as `pair` made it. So it is without a login."
)
@output_option
@with_client
def stats_command(
    client: Client,
    site: str,
    period: str | None,
    first: str | None,
    last: str | None,
    dimension: str | None,
    filters: tuple[str, ...],
    compare: str | None,
    metrics: str | None,
    limit: int,
    page: int,
    sort: str | None,
    search: str | None,
    paired: bool,
    output: str,
) -> None:
    """Show the numbers of SITE.

    \b
    Examples:
      pyuniqvisit stats shop
      pyuniqvisit stats shop --period 7d --by source
      pyuniqvisit stats shop --period month --compare previous
      pyuniqvisit stats shop --by page --filter country:is:GB|IE --filter browser:is_not:Chrome
      pyuniqvisit stats shop --from 2026-01-01 --to 2026-01-31 --csv > january.csv
    """
    asked = _days(period, first, last) + [("filter", each) for each in filters]
    asked += [(name, value) for name, value in (("compare", compare), ("metrics", metrics)) if value]
    reader = reader_of(client, site, paired=paired)
    if dimension is None:
        _totals(reader, site, asked, output)
        return
    asked += [("limit", limit), ("page", page)]
    asked += [(name, value) for name, value in (("sort", sort), ("search", search)) if value]
    answer = reader.get(route("sites", site, "stats", "breakdown", dimension), asked)
    rows = [row | _compared(row.get("comparison")) for row in answer["rows"]]
    columns = [Column("value", dimension.replace("_", " ").capitalize()), *_present(rows)]
    show_rows(output, answer, columns + _before(columns[1:], rows, output), rows, "nothing was counted")
    _tell_error(answer)
    if len(answer["rows"]) < answer["total"]:
        begin = (page - 1) * limit
        shown = f"{begin + 1} to {begin + len(answer['rows'])}" if answer["rows"] else "none"
        click.echo(f"{shown} of {answer['total']:,}; --page and --limit show others", err=True)


def _totals(reader: Reader, site: str, asked: Sequence[tuple[str, object]], output: str) -> None:
    summary = reader.get(route("sites", site, "stats", "summary"), asked)
    series = reader.get(route("sites", site, "stats", "timeseries"), asked)
    if output == Output.JSON:
        print_json({"summary": summary, "timeseries": series})
    elif output == Output.CSV:
        print_csv(["time", *(column.key for column in _present([summary]))], series["points"])
    else:
        _draw(summary, series)
    _tell_error(summary)


def _draw(summary: dict[str, Any], series: dict[str, Any]) -> None:
    click.echo(f"{cell(summary['site'])}, {summary['from']} to {summary['to']} ({cell(summary['timezone'])})")
    columns, before = _present([summary]), summary.get("comparison")
    if visitors := [point["visitors"] for point in series["points"] if point["visitors"] is not None]:
        highest = f"at most {max(visitors):,}"
        click.echo(f"{sparkline(visitors, _GRAPH_WIDTH)}  visitors by {series['interval']}, {highest}\n")
    if before:
        click.echo(f"compared with {before['from']} to {before['to']}\n")
    width = max(len(column.heading) for column in columns)
    for column in columns:
        line = f"{column.heading:{width}}  {column.show(summary[column.key]):>10}"
        click.echo(f"{line}  {column.show(before[column.key]):>10}" if before else line)


def _tell_error(answer: dict[str, Any]) -> None:
    accuracy = answer.get("accuracy") or {}
    if accuracy.get("visitors_error"):
        click.echo(f"visitors are estimated: mostly within {2 * accuracy['visitors_error']:.1%}", err=True)


def _compared(comparison: dict[str, Any] | None) -> dict[str, Any]:
    return {f"{_COMPARED}{key}": value for key, value in (comparison or {}).items()}


def _before(columns: Sequence[Column], rows: Sequence[dict[str, Any]], output: str) -> list[Column]:
    """What rows are compared with: all of it for programs, the first metric for people, who have narrow screens."""
    found = [
        Column(f"{_COMPARED}{column.key}", "before", column.show, is_number=True)
        for column in columns
        if any(row.get(f"{_COMPARED}{column.key}") is not None for row in rows)
    ]
    return found if output == Output.CSV else found[:1]


def _days(period: str | None, first: str | None, last: str | None) -> list[tuple[str, object]]:
    if first is None and last is None:
        return [("period", period or "30d")]
    if period is not None:
        raise click.UsageError("--period does not go with --from and --to")
    if first is None or last is None:
        raise click.UsageError("--from and --to go together")
    return [("period", "custom"), ("from", first), ("to", last)]


def _present(rows: Sequence[dict[str, Any]]) -> list[Column]:
    """The metrics that there are, and that were asked for."""
    return [column for column in _METRICS if not rows or any(row.get(column.key) is not None for row in rows)]
