"""`pyuniqvisit stats`."""

from collections.abc import Sequence
from typing import Any

import click

from common.metrics import RATIOS, Metric, Unit
from services.cli.client import ApiClient, api_path
from services.cli.client.options import QueryParameters, period_options, with_client
from services.cli.client.signed_client import ReportReader, choose_reader
from services.cli.output.formats import OutputFormat, TableColumn, output_option, print_csv, print_json, show_rows
from services.cli.output.values import cell, duration, percent, sparkline

_GRAPH_WIDTH = 60
_HEADINGS = {Metric.PAGEVIEWS: "Page views"}
_SHOWN = {Unit.NUMBER: cell, Unit.PERCENT: percent, Unit.SECONDS: duration}
_METRICS = tuple(
    TableColumn(
        metric.value,
        _HEADINGS.get(metric, metric.replace("_", " ").capitalize()),
        _SHOWN[RATIOS[metric].unit if metric in RATIOS else Unit.NUMBER],
        is_number=True,
    )
    for metric in Metric
)
_COMPARED_PREFIX = "compared_"


@click.command("stats")
@click.argument("site")
@period_options
@click.option(
    "--by",
    "dimension",
    metavar="DIMENSION",
    help="Print a row for each value of this dimension, like page, source or country.",
)
@click.option(
    "--filter",
    "filters",
    multiple=True,
    metavar="FILTER",
    help="Count only visits that match DIMENSION:OPERATOR:VALUE, like country:is:GB|IE. Operators: is, is_not, "
    "contains, not_contains, starts_with. | separates alternative values. Repeat it to combine filters.",
)
@click.option(
    "--compare", type=click.Choice(["previous", "year"]), help="Compare with the previous period or the previous year."
)
@click.option("--metrics", metavar="NAMES", help="Metrics to print, like visitors,bounce_rate.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="Rows per page, with --by.")
@click.option("--page", type=click.IntRange(min=1), default=1, show_default=True, help="Page of rows, with --by.")
@click.option(
    "--sort",
    metavar="METRIC",
    help="Sort rows by this metric, with --by; a leading - sorts in descending order.  [default: -visitors]",
)
@click.option("--search", metavar="TEXT", help="Print only values that contain this text, with --by.")
@click.option(
    "--paired", is_flag=True, help="Sign requests with the key from `pair`. This is the default without a login."
)
@output_option
@with_client
def stats_command(
    client: ApiClient,
    site: str,
    period: QueryParameters,
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
    """Show the statistics of SITE.

    \b
    Examples:
      pyuniqvisit stats shop
      pyuniqvisit stats shop --period 7d --by source
      pyuniqvisit stats shop --period month --compare previous
      pyuniqvisit stats shop --by page --filter country:is:GB|IE --filter browser:is_not:Chrome
      pyuniqvisit stats shop --from 2026-01-01 --to 2026-01-31 --csv > january.csv
    """
    query = [*period, *(("filter", each) for each in filters)]
    query += [(name, value) for name, value in (("compare", compare), ("metrics", metrics)) if value]
    reader = choose_reader(client, site, paired=paired)
    if dimension is None:
        _totals(reader, site, query, output)
        return
    query += [("limit", limit), ("page", page)]
    query += [(name, value) for name, value in (("sort", sort), ("search", search)) if value]
    response = reader.get(api_path("sites", site, "stats", "breakdown", dimension), query)
    rows = [row | _prefixed(row.get("comparison")) for row in response["rows"]]
    columns = [TableColumn("value", dimension.replace("_", " ").capitalize()), *_available_metrics(rows)]
    show_rows(output, response, columns + _comparison_columns(columns[1:], rows, output), rows, "No data")
    _print_accuracy(response)
    if len(response["rows"]) < response["total"]:
        offset = (page - 1) * limit
        shown = f"{offset + 1}-{offset + len(response['rows'])}" if response["rows"] else "none"
        click.echo(f"Rows {shown} of {response['total']:,}; use --page and --limit to see others", err=True)


def _totals(reader: ReportReader, site: str, query: QueryParameters, output: str) -> None:
    summary = reader.get(api_path("sites", site, "stats", "summary"), query)
    series = reader.get(api_path("sites", site, "stats", "timeseries"), query)
    if output == OutputFormat.JSON:
        print_json({"summary": summary, "timeseries": series})
    elif output == OutputFormat.CSV:
        print_csv(["time", *(column.key for column in _available_metrics([summary]))], series["points"])
    else:
        _print_totals(summary, series)
    _print_accuracy(summary)


def _print_totals(summary: dict[str, Any], series: dict[str, Any]) -> None:
    click.echo(f"{cell(summary['site'])}, {summary['from']} to {summary['to']} ({cell(summary['timezone'])})")
    columns, comparison = _available_metrics([summary]), summary.get("comparison")
    if visitors := [point["visitors"] for point in series["points"] if point["visitors"] is not None]:
        graph = sparkline(visitors, _GRAPH_WIDTH)
        click.echo(f"{graph}  visitors per {series['interval']}, maximum {max(visitors):,}\n")
    if comparison:
        click.echo(f"Compared with {comparison['from']} to {comparison['to']}\n")
    width = max(len(column.heading) for column in columns)
    for column in columns:
        line = f"{column.heading:{width}}  {column.format(summary[column.key]):>10}"
        click.echo(f"{line}  {column.format(comparison[column.key]):>10}" if comparison else line)


def _print_accuracy(response: dict[str, Any]) -> None:
    accuracy = response.get("accuracy") or {}
    if accuracy.get("visitors_error"):
        click.echo(f"Visitors are estimated; the error is usually below {2 * accuracy['visitors_error']:.1%}", err=True)


def _prefixed(comparison: dict[str, Any] | None) -> dict[str, Any]:
    return {f"{_COMPARED_PREFIX}{key}": value for key, value in (comparison or {}).items()}


def _comparison_columns(
    columns: Sequence[TableColumn], rows: Sequence[dict[str, Any]], output: str
) -> list[TableColumn]:
    """Return the columns of the compared period: all for CSV, but only the first for a table, to keep it narrow."""
    found = [
        TableColumn(f"{_COMPARED_PREFIX}{column.key}", "Before", column.format, is_number=True)
        for column in columns
        if any(row.get(f"{_COMPARED_PREFIX}{column.key}") is not None for row in rows)
    ]
    return found if output == OutputFormat.CSV else found[:1]


def _available_metrics(rows: Sequence[dict[str, Any]]) -> list[TableColumn]:
    """Return the metrics that the response contains."""
    return [column for column in _METRICS if not rows or any(row.get(column.key) is not None for row in rows)]
