"""`pyuniqvisit insights`."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import click

from services.cli.client import ApiClient, api_path
from services.cli.client.options import with_client
from services.cli.errors import CliError
from services.cli.output.formats import Row, TableColumn, output_option, show_rows
from services.cli.output.values import cell

_POLL_SECONDS = 1.0
_TIMEOUT_SECONDS = 300.0
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_REASONS = {
    "too-few-days": "{have:g} days of data, but {needed:g} are needed",
    "too-few-visitors": "{have:g} visitors per day, but {needed:g} are needed",
}
_COLUMNS = {
    "forecast": (
        TableColumn("day", "Day"),
        TableColumn("visitors", "Visitors", is_number=True),
        TableColumn("visitors_range", "80% range", is_number=True),
        TableColumn("pageviews", "Page views", is_number=True),
        TableColumn("pageviews_range", "80% range", is_number=True),
    ),
    "anomalies": (
        TableColumn("day", "Day"),
        TableColumn("kind", "Kind"),
        TableColumn("metric", "Metric"),
        TableColumn("value", "Value", is_number=True),
        TableColumn("expected", "Expected", is_number=True),
        TableColumn("once_in_days", "Once in (days)", is_number=True),
        TableColumn("causes", "Causes"),
    ),
    "summary": (
        TableColumn("label", "Metric"),
        TableColumn("value", "Value", is_number=True),
        TableColumn("note", "Note"),
    ),
}


@click.command("insights")
@click.argument("site")
@click.argument("insight", type=click.Choice(list(_COLUMNS)), default="summary")
@click.option("--days", type=click.IntRange(1, 730), help="Days to forecast, or to search for anomalies.")
@click.option("--refresh", is_flag=True, help="Compute the insights now and wait for them.")
@output_option
@with_client
def insights_command(client: ApiClient, site: str, insight: str, days: int | None, refresh: bool, output: str) -> None:
    """Show the forecast, the anomalies or a summary of SITE.

    Insights are computed every night from completed days.
    """
    if days is not None and insight == "summary":
        raise click.UsageError("--days requires forecast or anomalies.")
    query = [("days", str(days))] if days is not None else []
    response = _refreshed(client, site, insight, query) if refresh else client.get(_insight_path(site, insight), query)
    show_rows(
        output,
        response,
        _COLUMNS[insight],
        _ROWS[insight](response[insight]) if response[insight] else [],
        _empty(response),
    )


def _insight_path(site: str, insight: str) -> str:
    return api_path("sites", site, "insights", insight)


def _refreshed(client: ApiClient, site: str, insight: str, query: list[tuple[str, str]]) -> Any:
    """Request a computation and wait for it. Raises ``CliError`` when no worker does it."""
    requested_at = client.call("POST", _insight_path(site, "refresh"))["requested_at"]
    deadline = time.monotonic() + _TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        response = client.get(_insight_path(site, insight), query)
        if response["requested_at"] is None or response["requested_at"] > requested_at:
            return response
        time.sleep(_POLL_SECONDS)
    raise CliError("insights were not computed within five minutes; check that a worker is running")


def _empty(response: Mapping[str, Any]) -> str:
    if response["state"] == "ready":
        return "No anomalies"
    missing = response["too_little"]
    if missing:
        return f"Not enough data: {_REASONS[missing['reason']].format_map(missing)}"
    return "Not computed yet; insights are computed every night, or now with --refresh"


def _forecast(found: Mapping[str, Any]) -> list[Row]:
    return [
        {
            "day": visitors["day"],
            "visitors": round(visitors["expected"]),
            "visitors_range": _range(visitors),
            "pageviews": round(pageviews["expected"]),
            "pageviews_range": _range(pageviews),
        }
        for visitors, pageviews in zip(found["visitors"]["days"], found["pageviews"]["days"], strict=False)
    ]


def _range(day: Mapping[str, Any]) -> str:
    return f"{day['low_80']:.0f} - {day['high_80']:.0f}"


def _anomalies(found: Mapping[str, Any]) -> list[Row]:
    return [
        {
            **each,
            "value": round(each["value"]),
            "expected": round(each["expected"]),
            "causes": ", ".join(
                f"{cause['dimension']} {cause['value'] or '(none)'}: {cause['count']} instead of {cause['usual']:g}"
                for cause in each["causes"]
            ),
        }
        for each in found["anomalies"]
    ]


def _summary(found: Mapping[str, Any]) -> list[Row]:
    month, weekday, hour = found["last_month"], found["busiest_weekday"], found["busiest_hour"]
    rows: list[Row] = [
        _row(
            f"{_metric_name(key)} per day",
            month[key],
            f"last {month['days']} days; all-time average {cell(found['all_time'][key])}",
        )
        for key in ("visitors", "visits", "pageviews")
    ]
    rows.append(_row("Busiest weekday", _WEEKDAYS[weekday["weekday"] - 1], f"{cell(weekday['visitors'])} visitors"))
    if hour:
        rows.append(_row("Busiest hour", f"{hour['hour']}:00", f"{cell(hour['visits'])} visits"))
    for key, change in found["week_over_week"].items():
        percent = "" if change["percent"] is None else f", {change['percent']:+.1f}%"
        rows.append(
            _row(
                f"{_metric_name(key)} in the last 7 days",
                change["now"],
                f"{cell(change['before'])} in the 7 days before{percent}",
            )
        )
    rows += [
        _row(f"Most {_metric_name(each['metric']).lower()}", each["value"], each["day"]) for each in found["records"]
    ]
    return rows


def _row(label: str, value: Any, note: str) -> Row:
    return {"label": label, "value": value, "note": note}


def _metric_name(metric: str) -> str:
    return {"visitors": "Visitors", "visits": "Visits", "pageviews": "Page views"}[metric]


_ROWS: Mapping[str, Callable[[Mapping[str, Any]], list[Row]]] = {
    "forecast": _forecast,
    "anomalies": _anomalies,
    "summary": _summary,
}
