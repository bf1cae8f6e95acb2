"""Options of commands that show numbers: which days, and of which visits."""

import functools
from collections.abc import Callable
from typing import Any

import click

Asked = list[tuple[str, object]]
Command = Callable[..., None]
PERIODS = ("day", "7d", "30d", "month", "6mo", "year", "all")


def with_days(command: Command) -> Command:
    """Adds ``--period``, ``--from`` and ``--to``, as the argument ``asked``: what the API is asked."""

    @functools.wraps(command)
    def wrapped(*args: Any, period: str | None, first: str | None, last: str | None, **kwargs: Any) -> None:
        command(*args, asked=days(period, first, last), **kwargs)

    for option in (
        click.option("--to", "last", metavar="DAY", help="The last day, included."),
        click.option("--from", "first", metavar="DAY", help="The first day, as 2026-11-01; goes with --to."),
        click.option("--period", type=click.Choice(PERIODS), help="Which days.  [default: 30d]"),
    ):
        wrapped = option(wrapped)
    return wrapped


def with_filters(command: Command) -> Command:
    """Adds ``--filter``, as the argument ``filters``: more of what the API is asked."""

    @functools.wraps(command)
    def wrapped(*args: Any, filters: tuple[str, ...], **kwargs: Any) -> None:
        command(*args, filters=[("filter", each) for each in filters], **kwargs)

    text = "Of these visits only: DIMENSION:OPERATOR:VALUE, like country:is:GB. Can be repeated; all must hold."
    return click.option("--filter", "filters", multiple=True, metavar="FILTER", help=text)(wrapped)


def days(period: str | None, first: str | None, last: str | None) -> Asked:
    """Raises ``UsageError`` for options that do not go together."""
    if first is None and last is None:
        return [("period", period or "30d")]
    if period is not None:
        raise click.UsageError("--period does not go with --from and --to")
    if first is None or last is None:
        raise click.UsageError("--from and --to go together")
    return [("period", "custom"), ("from", first), ("to", last)]
