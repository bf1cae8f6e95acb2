"""``python -m services.worker.insights --now MS SITE…``: computes and keeps the insights of some sites, then ends.

It takes what processor time others leave, and no longer than its time limit.
"""

import argparse
import os
import signal
import sys

import structlog

from common.clock import utc
from common.config import Settings, database_url
from common.process import run_service
from common.store import STORE_ERRORS, Role, connect
from services.worker.insights.compute import compute
from services.worker.insights.store import keep, timezone_of

NICENESS = 10
_log = structlog.get_logger()


async def _run(settings: Settings) -> None:
    arguments = _parse()
    signal.alarm(arguments.seconds)
    os.nice(NICENESS)
    connection = await connect(database_url(settings.database), Role.WORKER)
    try:
        for site_id in arguments.sites:
            timezone = await timezone_of(connection, site_id)
            if timezone is None:
                continue
            now = utc(arguments.now)
            await keep(connection, site_id, now, await compute(connection, site_id, timezone, now))
            _log.info("insights computed", site=site_id)
    finally:
        await connection.close()


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--now", type=int, required=True, help="epoch milliseconds")
    parser.add_argument("--seconds", type=int, default=600, help="ends after so long, done or not")
    parser.add_argument("sites", type=int, nargs="+", metavar="SITE", help="ids")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(run_service("insights", _run, *STORE_ERRORS))
