"""Options that commands share: which API, which days and which visits."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from common.clock import system_clock
from common.config import Settings
from services.cli.client.client import ApiClient
from services.cli.client.credentials import SessionFile
from services.cli.client.http import validated_url
from services.cli.settings import config_option, settings_with
from services.cli.up.data_dir import DataDir
from services.cli.up.plan import local_url
from services.cli.up.run_record import read_run_record

CommandFunction = Callable[..., None]
QueryParameters = list[tuple[str, object]]
PERIODS = ("day", "7d", "30d", "month", "6mo", "year", "all")

api_option = click.option(
    "--api",
    "api_url",
    metavar="URL",
    help="URL of the API.  [default: PYUNIQVISIT_CLI__API_URL, the API you logged in to, or the one `up` runs here]",
)


def with_client(command: CommandFunction) -> CommandFunction:
    """Pass the command an ``ApiClient`` as its first argument, and add the options that select the API."""

    @functools.wraps(command)
    def wrapped(*args: Any, api_url: str | None, config_file: Path | None, **kwargs: Any) -> None:
        command(create_client(settings_with(config_file), api_url), *args, **kwargs)

    return api_option(config_option(wrapped))


def create_client(settings: Settings, api_url: str | None = None, *, new_login: bool = False) -> ApiClient:
    """Return a client of the selected API. With ``new_login``, the stored login is ignored. Raises ``CliError``."""
    sessions = SessionFile(Path(click.get_app_dir("pyuniqvisit")))
    session = None if new_login else sessions.read()
    url = api_url or settings.cli.api_url or (session.api if session else _local_api(settings))
    key = settings.cli.api_key.get_secret_value() if settings.cli.api_key else None
    return ApiClient(validated_url(url), sessions, system_clock, None if new_login else key)


def period_options(command: CommandFunction) -> CommandFunction:
    """Add ``--period``, ``--from`` and ``--to``, passed as ``period``: query parameters for the API."""

    @functools.wraps(command)
    def wrapped(*args: Any, period: str | None, first: str | None, last: str | None, **kwargs: Any) -> None:
        command(*args, period=period_parameters(period, first, last), **kwargs)

    for option in (
        click.option("--to", "last", metavar="DAY", help="Last day, inclusive; requires --from."),
        click.option("--from", "first", metavar="DAY", help="First day, like 2026-11-01; requires --to."),
        click.option("--period", type=click.Choice(PERIODS), help="Days to report.  [default: 30d]"),
    ):
        wrapped = option(wrapped)
    return wrapped


def filter_option(command: CommandFunction) -> CommandFunction:
    """Add ``--filter``, passed as ``filters``: query parameters for the API."""

    @functools.wraps(command)
    def wrapped(*args: Any, filters: tuple[str, ...], **kwargs: Any) -> None:
        command(*args, filters=[("filter", each) for each in filters], **kwargs)

    text = "Count only visits that match DIMENSION:OPERATOR:VALUE, like country:is:GB. Repeat it to combine filters."
    return click.option("--filter", "filters", multiple=True, metavar="FILTER", help=text)(wrapped)


def period_parameters(period: str | None, first: str | None, last: str | None) -> QueryParameters:
    """Return the query parameters of a period. Raises ``UsageError`` for options that exclude each other."""
    if first is None and last is None:
        return [("period", period or "30d")]
    if period is not None:
        raise click.UsageError("--period cannot be combined with --from and --to.")
    if first is None or last is None:
        raise click.UsageError("--from and --to must be used together.")
    return [("period", "custom"), ("from", first), ("to", last)]


def _local_api(settings: Settings) -> str:
    """Return the URL that the running `up` recorded, else the configured one."""
    record = read_run_record(DataDir(settings.data_dir.absolute()).run_record)
    return record.api_url if record else local_url(settings.api.host, settings.api.port)
