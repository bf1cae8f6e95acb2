"""Sites of several sizes for the statistics, generated once and cached, each in a PostgreSQL of its own."""

import asyncio
import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import uvloop

from benchmarks.dataset.__main__ import make_site
from benchmarks.dataset.load import DatasetSpec, sizes
from benchmarks.dataset.scaled import scale_site
from benchmarks.servers import prepare_database, running_postgres
from common.clock import system_clock, utc
from common.store import connect
from common.store.accounts import create_admin
from services.cli.embedded import EmbeddedPostgres

DEFAULT_VISITS = 200_000
"""Generated in about a minute on two cores."""
SITE, SCALED_SITE = "big", "big-10-times"
USER, PASSWORD = "bench", "a password of the benchmarks"
TIMES = 10
_MADE = "dataset.json"


class DatasetFacts(msgspec.Struct, frozen=True):
    wanted: DatasetSpec
    visitors: int
    visits: int
    events: int
    """Rows: page views, custom events, clicks and leaves."""
    rows_a_second: float
    bytes: dict[str, int]
    """On disk with indexes, by table."""
    rollups_seconds: float


@dataclass(frozen=True, slots=True)
class DataSet:
    """One site in a stopped PostgreSQL."""

    folder: Path
    made: DatasetFacts


def default_sizes(cache: Path) -> tuple[int, ...]:
    """Return the size of the largest cached site, or a small one."""
    kept = [int(note.parent.name.partition("-")[0]) for note in cache.glob(f"*-visits/{_MADE}")]
    return (max([DEFAULT_VISITS, *kept]),)


def data_set(cache: Path, visits: int) -> DataSet:
    """Return the site from ``cache``, or generate it: 10 million visits take half an hour.

    Raise ``BenchmarkError``.
    """
    folder = cache / f"{visits}-visits"
    note = folder / _MADE
    if not note.exists():
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        folder.chmod(0o755)  # root's PostgreSQL runs as another user
        with running_postgres(folder) as postgres:
            made = make_set(postgres.database_url(), visits)
        note.write_bytes(msgspec.json.encode(made))
    return DataSet(folder, msgspec.json.decode(note.read_bytes(), type=DatasetFacts))


def make_set(database_url: str, visits: int) -> DatasetFacts:
    prepare_database(database_url)
    wanted = DatasetSpec(SITE, visits, datetime.now(UTC).date())
    loaded, rollups_seconds = uvloop.run(make_site(database_url, wanted))
    return DatasetFacts(
        wanted,
        loaded.visitors,
        loaded.visits,
        loaded.events,
        loaded.rows / loaded.seconds,
        asyncio.run(sizes(database_url)),
        rollups_seconds,
    )


@contextlib.contextmanager
def running_set(chosen: DataSet) -> Iterator[EmbeddedPostgres]:
    """Run its PostgreSQL, with the current schema and a user who may read the site."""
    with running_postgres(chosen.folder) as postgres:
        database_url = postgres.database_url()
        prepare_database(database_url)
        asyncio.run(make_user(database_url))
        yield postgres


async def make_scaled(database_url: str) -> None:
    """Create the rollups of a site ``TIMES`` as large in the same database, unless they exist."""
    await scale_site(database_url, SITE, SCALED_SITE, TIMES)


def drop_from_cache(folder: Path) -> None:
    """Drop these files from the system's page cache, where the system supports that.

    The server must be stopped. Other files are not affected.
    """
    if not hasattr(os, "posix_fadvise"):
        return
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            with file.open("rb") as opened:
                os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


async def make_user(database_url: str) -> None:
    """Create a user who sees all sites."""
    connection = await connect(database_url)
    try:
        await create_admin(connection, USER, PASSWORD, utc(system_clock()))
    finally:
        await connection.close()
