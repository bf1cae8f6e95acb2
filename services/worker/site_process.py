"""A separate process that does work for some sites and exits: ``python -m MODULE --now MS [--seconds N] SITE…``.

It has a low priority and a time limit.
"""

import argparse
import os
import signal
from collections.abc import Awaitable, Callable
from datetime import datetime

from common.clock import utc
from common.config import Settings, database_url
from common.process import run_service
from common.store import STORE_ERRORS, Connection, Role, connect

_NICENESS = 10

SiteWork = Callable[[Connection, Settings, int, datetime], Awaitable[None]]
"""Takes a connection in the worker's role, the settings, a site's id, and the current time."""


def run_for_sites(name: str, description: str | None, work: SiteWork) -> int:
    """Do ``work`` for each site in turn; return the exit code."""

    async def run(settings: Settings) -> None:
        arguments = _parse(description)
        signal.alarm(arguments.seconds)
        os.nice(_NICENESS)
        connection = await connect(database_url(settings.database), Role.WORKER)
        try:
            for site_id in arguments.sites:
                await work(connection, settings, site_id, utc(arguments.now))
        finally:
            await connection.close()

    return run_service(name, run, *STORE_ERRORS)


def _parse(description: str | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--now", type=int, required=True, help="current time in epoch milliseconds")
    parser.add_argument("--seconds", type=int, default=600, help="time limit, after which the process exits")
    parser.add_argument("sites", type=int, nargs="+", metavar="SITE", help="ids of sites")
    return parser.parse_args()
