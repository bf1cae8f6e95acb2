"""`pyuniqvisit doctor`."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from itertools import starmap
from pathlib import Path

import asyncpg
import click

from common.clock import system_clock, utc
from common.config import ConfigError, Settings
from common.version import VERSION
from services.cli.doctor.check_result import CheckResult, Severity, ok, problem
from services.cli.doctor.database import check_database
from services.cli.doctor.machine import check_certificate, check_disks, check_geo_database, check_secrets
from services.cli.doctor.redis import check_redis
from services.cli.doctor.services import check_service, service_urls
from services.cli.errors import CliError
from services.cli.output.formats import OutputFormat, TableColumn, output_option, show_rows
from services.cli.settings import config_option, data_dir_option, find_database, find_redis, settings_with
from services.cli.up.data_dir import DataDir
from services.cli.up.run_record import read_run_record

_COLUMNS = (
    TableColumn("severity", "Result"),
    TableColumn("check", "Check"),
    TableColumn("text", "Details"),
    TableColumn("advice", "What to do"),
)


@click.command("doctor")
@data_dir_option
@config_option
@output_option
def doctor_command(data_dir: Path | None, config_file: Path | None, output: str) -> None:
    """Check the whole install from this machine, and print advice.

    Checks servers and their versions, settings, clocks, disks, the geo database, waiting work and the certificate.
    Changes nothing. The exit code is 1 if there is a problem, and 0 if there are only warnings.
    """
    try:
        results = list(_results(settings_with(config_file, data_dir)))
    except ConfigError as error:
        results = [problem("settings", "; ".join(str(error).splitlines()), "correct the settings")]
    rows = [
        {"severity": each.severity.value, "check": each.check, "text": each.text, "advice": each.advice}
        for each in results
    ]
    show_rows(output, rows, _COLUMNS, rows, "")
    problems = sum(each.severity is Severity.PROBLEM for each in results)
    if output == OutputFormat.TABLE:
        warnings = sum(each.severity is Severity.WARNING for each in results)
        click.echo(f"Problems: {problems}, warnings: {warnings}")
    if problems:
        raise SystemExit(1)


def _results(settings: Settings) -> Iterator[CheckResult]:
    now, shards = utc(system_clock()), settings.install.shards
    yield ok("version", f"PyUniqVisit {VERSION}")
    yield from _attempt("database", lambda: asyncio.run(check_database(find_database(settings), shards, system_clock)))
    yield from _attempt("redis", lambda: asyncio.run(check_redis(find_redis(settings), shards, system_clock)))
    yield from _attempt("services", lambda: starmap(check_service, _service_urls(settings).items()))
    if settings.database.url is not None:
        yield check_secrets(settings)
    yield from _attempt("disks", lambda: check_disks(settings))
    yield from _attempt("geo database", lambda: [check_geo_database(settings, now)])
    certificate = check_certificate(settings.collector.public_url, now)
    if certificate is not None:
        yield certificate


def _service_urls(settings: Settings) -> dict[str, str]:
    """Return the URLs that the running `up` recorded on this machine, else the configured ones."""
    record = (
        read_run_record(DataDir(settings.data_dir.absolute()).run_record) if settings.database.url is None else None
    )
    return service_urls(settings) | ({"api": record.api_url, **record.services} if record else {})


def _attempt(check: str, run: Callable[[], Iterable[CheckResult]]) -> list[CheckResult]:
    """Return the results of a check. A check that fails becomes a problem, so that the others still run."""
    try:
        return list(run())
    except CliError as error:
        return [problem(check, str(error), "")]  # the message has the advice
    except PermissionError as error:
        return [problem(check, f"{error.filename}: {error.strerror}", "run this as the user who owns the install")]
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return [problem(check, f"check failed: {error}", "see its log")]
