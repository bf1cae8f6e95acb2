"""Run a computation for some sites in a separate process: ``python -m MODULE --now MS [--seconds N] SITE…``.

The process has a low priority and ends at its time limit.
"""

import argparse
import os
import signal
from collections.abc import Awaitable, Callable
from datetime import datetime

import asyncpg

from common.clock import utc
from common.config import Settings, database_url
from common.process import run_service
from common.store import STORE_ERRORS, Role, connect

_NICENESS = 10

SiteWork = Callable[[asyncpg.Connection, Settings, int, datetime], Awaitable[None]]
"""Takes a connection in the worker's role, the settings, a site's id, and the current time."""


def run_for_sites(name: str, description: str | None, work: SiteWork) -> int:
    """Do ``work`` for the sites in turn, and return the exit code."""

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
    parser.add_argument("--now", type=int, required=True, help="epoch milliseconds")
    parser.add_argument("--seconds", type=int, default=600, help="time limit")
    parser.add_argument("sites", type=int, nargs="+", metavar="SITE", help="ids of sites")
    return parser.parse_args()
