"""``python -m services.worker.insights --now MS SITE…``: compute and store the insights of sites, then exit."""

import sys
from datetime import datetime

import structlog

from common.config import Settings
from common.store import Connection
from services.worker.insights.compute import compute, site_timezone, store_insights
from services.worker.site_process import run_for_sites

_log = structlog.get_logger()


async def _compute(connection: Connection, _settings: Settings, site_id: int, now: datetime) -> None:
    timezone = await site_timezone(connection, site_id)
    if timezone is None:
        return
    await store_insights(connection, site_id, now, await compute(connection, site_id, timezone, now))
    _log.info("insights: computed", site=site_id)


if __name__ == "__main__":
    sys.exit(run_for_sites("insights", __doc__, _compute))
