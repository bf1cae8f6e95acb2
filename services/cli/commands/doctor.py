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
from services.cli.database import find_database
from services.cli.doctor.finding import Finding, Level, ok, problem
from services.cli.doctor.machine import look_at_certificate, look_at_disks, look_at_geo, look_at_secrets
from services.cli.doctor.services import addresses, look_at_service
from services.cli.doctor.stores import look_at_database, look_at_redis
from services.cli.errors import CliError
from services.cli.options import config_option, data_dir_option, settings_with
from services.cli.redis import find_redis
from services.cli.show.output import Column, Output, output_option, show_rows
from services.cli.up.data_dir import DataDir
from services.cli.up.run_file import read_run

_MARKS = {Level.OK: "ok", Level.WARNING: "look", Level.PROBLEM: "WRONG"}
_COLUMNS = (Column("mark", ""), Column("about", "What"), Column("text", "How it is"), Column("advice", "What to do"))


@click.command("doctor")
@data_dir_option
@config_option
@output_option
def doctor_command(data_dir: Path | None, config_file: Path | None, output: str) -> None:
    """Look at a whole install from this machine, and say what to do.

    Servers and their versions, settings, clocks, disks, the geo database, what waits, the certificate. Exit code 1
    where something is wrong, 0 where nothing is or where it only wants to be looked at. Changes nothing.
    """
    try:
        findings = list(_findings(settings_with(config_file, data_dir)))
    except ConfigError as error:
        findings = [problem("settings", "; ".join(str(error).splitlines()), "correct them")]
    rows = [
        {
            "mark": _MARKS[each.level],
            "level": each.level.value,
            "about": each.about,
            "text": each.text,
            "advice": each.advice,
        }
        for each in findings
    ]
    show_rows(output, [{key: row[key] for key in row if key != "mark"} for row in rows], _COLUMNS, rows, "")
    worst = [each for each in findings if each.level is Level.PROBLEM]
    if output == Output.TABLE:
        click.echo(f"{len(worst)} wrong, {sum(each.level is Level.WARNING for each in findings)} to look at")
    if worst:
        raise SystemExit(1)


def _findings(settings: Settings) -> Iterator[Finding]:
    now, shards = utc(system_clock()), settings.install.shards
    yield ok("version", f"PyUniqVisit {VERSION}")
    yield from _seen("database", lambda: asyncio.run(look_at_database(find_database(settings), shards, system_clock)))
    yield from _seen("redis", lambda: asyncio.run(look_at_redis(find_redis(settings), shards, system_clock)))
    yield from _seen("services", lambda: starmap(look_at_service, _addresses(settings).items()))
    if settings.database.url is not None:
        yield look_at_secrets(settings)
    yield from _seen("disks", lambda: look_at_disks(settings))
    yield from _seen("geo database", lambda: [look_at_geo(settings, now)])
    certificate = look_at_certificate(settings.collector.public_url, now)
    if certificate is not None:
        yield certificate


def _addresses(settings: Settings) -> dict[str, str]:
    """Of the install that `up` runs here, as it noted them; else as the settings say."""
    run = read_run(DataDir(settings.data_dir.absolute()).run) if settings.database.url is None else None
    return addresses(settings) | ({"api": run.api_url, **run.services} if run else {})


def _seen(about: str, look: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """What one look finds. One that fails is a finding, too, and keeps nobody from the others."""
    try:
        return list(look())
    except CliError as error:
        return [problem(about, str(error), "start it, or name it")]
    except PermissionError as error:
        return [problem(about, f"{error.filename}: {error.strerror}", "run this as the user whose install it is")]
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        return [problem(about, f"cannot be looked at: {error}", "see its log")]
