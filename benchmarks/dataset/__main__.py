"""``python -m benchmarks.dataset``: generate a site of any size, with rollups, in an install's database.

The same options always generate the same site. The current day ends an hour ago.
"""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import asyncpg
import uvloop

from benchmarks.dataset.days import CalendarDay
from benchmarks.dataset.load import DatasetSpec, LoadedRows, load, sizes, tidy
from benchmarks.dataset.rollups import build_rollups, mark_days
from benchmarks.processes import BenchmarkError
from common.config import ConfigError, Settings
from services.cli.errors import CliError
from services.cli.settings import find_database


def main() -> int:
    """Return 0 when the site is complete, 2 when it could not be generated."""
    arguments = _parse()
    try:
        database_url = arguments.database_url or find_database(Settings(data_dir=arguments.data_dir))
        uvloop.run(make_site(database_url, _wanted(arguments), rollups=arguments.rollups))
    except (BenchmarkError, CliError, ConfigError, OSError, asyncpg.PostgresError) as error:
        print(f"dataset: {error}", file=sys.stderr)
        return 2
    return 0


async def make_site(
    database_url: str, wanted: DatasetSpec, *, rollups: bool = True, report: Callable[[str], None] | None = None
) -> tuple[LoadedRows, float]:
    """Write rows, rollups and planner statistics; return the rows and the seconds for the rollups.

    ``report`` gets progress messages. Raise ``BenchmarkError`` and asyncpg's errors.
    """
    report, rollups_seconds = report or _print, 0.0
    loaded = await load(database_url, wanted, datetime.now(UTC), lambda day, so_far: _report_month(report, day, so_far))
    report(f"{loaded.rows:,} rows in {loaded.seconds:.0f} s: {loaded.rows / loaded.seconds:,.0f}/s")
    report(f"{loaded.visitors:,} visitors, {loaded.visits:,} visits, {loaded.events:,} events")
    await mark_days(database_url, loaded.site_id, wanted.first, wanted.until)
    await tidy(database_url)
    if rollups:
        rollups_seconds = await build_rollups(database_url)
        report(f"rollups in {rollups_seconds:.0f} s: {loaded.visits / rollups_seconds:,.0f} visits/s")
        await tidy(database_url)
    for table, size in (await sizes(database_url)).items():
        report(f"{table}: {size / 1e6:,.0f} MB")
    return loaded, rollups_seconds


def _report_month(report: Callable[[str], None], day: CalendarDay, loaded: LoadedRows) -> None:
    if day.date.day == 1:
        report(f"{day.date}: {loaded.visits:,} visits, {loaded.rows / loaded.seconds:,.0f} rows/s")


def _print(text: str) -> None:
    print(text, flush=True)


def _wanted(arguments: argparse.Namespace) -> DatasetSpec:
    until = arguments.until or datetime.now(arguments.timezone).date()
    return DatasetSpec(
        arguments.site, arguments.visits, until, arguments.months, arguments.seed, str(arguments.timezone)
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise argparse.ArgumentTypeError(f"{name!r} is no time zone") from None


def _positive(text: str) -> int:
    number = int(text.replace("_", ""))
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dataset", description=__doc__)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--data-dir", type=Path, metavar="DIR", help="of a running one-machine install")
    where.add_argument("--database-url", metavar="URL", help="of a migrated database")
    parser.add_argument("--site", default="big", help="its name; it is made unless it is there (default: big)")
    parser.add_argument("--visits", type=_positive, default=10_000_000, help="(default: 10000000)")
    parser.add_argument("--months", type=_positive, default=12, help="(default: 12)")
    parser.add_argument("--until", type=date.fromisoformat, metavar="DATE", help="the last day (default: today)")
    parser.add_argument("--timezone", type=_zone, default=ZoneInfo("Europe/Berlin"), help="(default: Europe/Berlin)")
    parser.add_argument("--seed", type=int, default=1, help="another one makes another site (default: 1)")
    parser.add_argument(
        "--no-rollups",
        dest="rollups",
        action="store_false",
        help="mark the days, and let a running worker rebuild them",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
