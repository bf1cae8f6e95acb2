"""`pyuniqvisit insights`."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import click

from services.cli.client import Client, route
from services.cli.client.options import with_client
from services.cli.errors import CliError
from services.cli.show.output import Column, Row, output_option, show_rows
from services.cli.show.text import cell

_POLL_SECONDS = 1.0
_PATIENCE_SECONDS = 300.0
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_REASONS = {
    "too-few-days": "{have:g} days are known, and {needed:g} are needed",
    "too-few-visitors": "{have:g} visitors a day are too few to be more than chance; {needed:g} are needed",
}
_COLUMNS = {
    "forecast": (
        Column("day", "Day"),
        Column("visitors", "Visitors", is_number=True),
        Column("visitors_range", "80 of 100 days within", is_number=True),
        Column("pageviews", "Page views", is_number=True),
        Column("pageviews_range", "80 of 100 days within", is_number=True),
    ),
    "anomalies": (
        Column("day", "Day"),
        Column("kind", "Kind"),
        Column("metric", "Metric"),
        Column("value", "Was", is_number=True),
        Column("expected", "Expected", is_number=True),
        Column("once_in_days", "Once in days", is_number=True),
        Column("causes", "What moved"),
    ),
    "summary": (Column("what", "What"), Column("value", "Value", is_number=True), Column("note", "")),
}


@click.command("insights")
@click.argument("site")
@click.argument("what", type=click.Choice(list(_COLUMNS)), default="summary")
@click.option("--days", type=click.IntRange(1, 730), help="How far ahead (forecast) or back (anomalies).")
@click.option("--refresh", is_flag=True, help="Have it computed now, and wait for it.")
@output_option
@with_client
def insights_command(client: Client, site: str, what: str, days: int | None, refresh: bool, output: str) -> None:
    """Show what is to be expected of SITE, which days were odd, or a summary.

    Computed each night, of the days that are over.
    """
    if days is not None and what == "summary":
        raise click.UsageError("--days is for forecast and anomalies")
    asked = [("days", str(days))] if days is not None else []
    answer = _refreshed(client, site, what, asked) if refresh else client.get(_route(site, what), asked)
    show_rows(output, answer, _COLUMNS[what], _ROWS[what](answer[what]) if answer[what] else [], _empty(answer))


def _route(site: str, what: str) -> str:
    return route("sites", site, "insights", what)


def _refreshed(client: Client, site: str, what: str, asked: list[tuple[str, str]]) -> Any:
    """Raises ``CliError`` when no worker does it."""
    wanted = client.call("POST", _route(site, "refresh"))["requested_at"]
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < deadline:
        answer = client.get(_route(site, what), asked)
        if answer["requested_at"] is None or answer["requested_at"] > wanted:
            return answer
        time.sleep(_POLL_SECONDS)
    raise CliError("the insights were not computed in five minutes; does the worker run?")


def _empty(answer: Mapping[str, Any]) -> str:
    if answer["state"] == "ready":
        return "nothing was out of the ordinary"
    missing = answer["too_little"]
    if missing:
        return f"too little to say anything: {_REASONS[missing['reason']].format_map(missing)}"
    return "not computed yet: that happens at night, or with --refresh"


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
        _row(f"{_named(key)} a day", month[key], f"last {month['days']} days; {cell(found['all_time'][key])} ever")
        for key in ("visitors", "visits", "pageviews")
    ]
    rows.append(_row("Busiest weekday", _WEEKDAYS[weekday["weekday"] - 1], f"{cell(weekday['visitors'])} visitors"))
    if hour:
        rows.append(_row("Busiest hour", f"{hour['hour']}:00", f"{cell(hour['visits'])} visits"))
    for key, change in found["week_over_week"].items():
        percent = "" if change["percent"] is None else f", {change['percent']:+.1f}%"
        rows.append(_row(f"{_named(key)} in 7 days", change["now"], f"{cell(change['before'])} before{percent}"))
    rows += [_row(f"Most {_named(each['metric']).lower()}", each["value"], each["day"]) for each in found["records"]]
    return rows


def _row(what: str, value: Any, note: str) -> Row:
    return {"what": what, "value": value, "note": note}


def _named(metric: str) -> str:
    return {"visitors": "Visitors", "visits": "Visits", "pageviews": "Page views"}[metric]


_ROWS: Mapping[str, Callable[[Mapping[str, Any]], list[Row]]] = {
    "forecast": _forecast,
    "anomalies": _anomalies,
    "summary": _summary,
}
