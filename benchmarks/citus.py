"""``python -m benchmarks.citus``: measure reports and ingest, to compare one PostgreSQL with a Citus cluster.

``make URL VISITS`` fills an empty database with a generated site; it may be distributed afterwards. ``reports URL``
measures reports of an API on it. ``ingest URL BEACONS`` has one worker store beacons in another migrated database.
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.dataset.load import DatasetSpec
from benchmarks.processes import all_cores
from benchmarks.servers import running_api, running_valkey, running_worker
from benchmarks.statistics_requests import DASHBOARD, logged_in
from benchmarks.statistics_runs import MONTH
from benchmarks.statistics_sets import SITE, make_set, make_user
from benchmarks.worker import drain, fill, some_beacons

_FILTER = "country:is:DE"
_ROUNDS = 7


def make(database_url: str, visits: int) -> None:
    made = make_set(database_url, visits)
    asyncio.run(make_user(database_url))
    print(f"{made.visits:,} visits, {made.events:,} events")


def reports(database_url: str) -> None:
    """Print medians in milliseconds of reports over 30 days, with and without a filter, each of different days."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with (
            running_valkey(place, fsync="everysec", cores=all_cores()) as valkey,
            running_api(valkey.url, database_url, place, all_cores()) as api,
        ):
            asyncio.run(_reports(api.port))


async def _reports(port: int) -> None:
    wanted = DatasetSpec(SITE, 0, datetime.now(UTC).date())
    async with logged_in(port) as browser:
        for filters in ((), (_FILTER,)):
            view = MONTH.view(SITE, wanted.until, *filters)
            for report in DASHBOARD:
                await browser.time(view, report)
                times = [await browser.time(view.earlier(days), report) for days in range(1, _ROUNDS + 1)]
                print(f"{report} {' '.join(filters) or '-'}: {median(times):.0f} ms")


def ingest(database_url: str, count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with running_valkey(place, cores=all_cores()) as valkey:
            asyncio.run(fill(valkey.url, database_url, some_beacons(count)))
            with running_worker(valkey.url, database_url, place, all_cores()):
                took, _ = asyncio.run(drain(valkey.url, database_url, count))
    print(f"{count / took:,.0f} beacons a second")


def main(arguments: Sequence[str]) -> int:
    match arguments:
        case ["make", url, visits]:
            make(url, int(visits))
        case ["reports", url]:
            reports(url)
        case ["ingest", url, beacons]:
            ingest(url, int(beacons))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
