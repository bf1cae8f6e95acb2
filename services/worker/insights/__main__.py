"""``python -m services.worker.insights --now MS SITE…``: computes and keeps the insights of some sites, then ends."""

import sys
from datetime import datetime
from typing import Any

import structlog

from common.config import Settings
from services.worker.insights.compute import compute
from services.worker.insights.store import keep, timezone_of
from services.worker.site_process import run_for_sites

_log = structlog.get_logger()


async def _compute(connection: Any, _settings: Settings, site_id: int, now: datetime) -> None:
    timezone = await timezone_of(connection, site_id)
    if timezone is None:
        return
    await keep(connection, site_id, now, await compute(connection, site_id, timezone, now))
    _log.info("insights computed", site=site_id)


if __name__ == "__main__":
    sys.exit(run_for_sites("insights", __doc__, _compute))
