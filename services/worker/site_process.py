"""A process of its own that does something for some sites and ends: ``python -m MODULE --now MS [--seconds N] SITE…``.

It takes what processor time others leave, and no longer than its time limit.
"""

import argparse
import os
import signal
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from common.clock import utc
from common.config import Settings, database_url
from common.process import run_service
from common.store import STORE_ERRORS, Role, connect

_NICENESS = 10

Work = Callable[[Any, Settings, int, datetime], Awaitable[None]]
"""Takes an asyncpg connection in the worker's role, the settings, a site's id, and the moment that counts as now."""


def run_for_sites(name: str, description: str | None, work: Work) -> int:
    """Does ``work`` for one site after the other; gives the exit code."""

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
    parser.add_argument("--seconds", type=int, default=600, help="ends after so long, done or not")
    parser.add_argument("sites", type=int, nargs="+", metavar="SITE", help="ids")
    return parser.parse_args()
