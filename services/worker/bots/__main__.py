"""``python -m services.worker.bots --now MS SITE…``: what the model thinks of sites' visitors; then it ends.

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
from services.worker.bots.forming import form_opinions

NICENESS = 10
_log = structlog.get_logger()


async def _run(settings: Settings) -> None:
    arguments = _parse()
    signal.alarm(arguments.seconds)
    os.nice(NICENESS)
    connection = await connect(database_url(settings.database), Role.WORKER)
    try:
        for site_id in arguments.sites:
            shards = range(settings.install.shards)
            formed = await form_opinions(connection, shards, site_id, utc(arguments.now))
            _log.info("opinions formed", site=site_id, visitors=formed)
    finally:
        await connection.close()


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--now", type=int, required=True, help="epoch milliseconds")
    parser.add_argument("--seconds", type=int, default=600, help="ends after so long, done or not")
    parser.add_argument("sites", type=int, nargs="+", metavar="SITE", help="ids")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(run_service("bots", _run, *STORE_ERRORS))
