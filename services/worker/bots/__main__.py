"""``python -m services.worker.bots --now MS SITE…``: what the model thinks of sites' visitors; then it ends."""

import sys
from datetime import datetime
from typing import Any

import structlog

from common.config import Settings
from services.worker.bots.forming import form_opinions
from services.worker.site_process import run_for_sites

_log = structlog.get_logger()


async def _form(connection: Any, settings: Settings, site_id: int, now: datetime) -> None:
    formed = await form_opinions(connection, range(settings.install.shards), site_id, now)
    _log.info("opinions formed", site=site_id, visitors=formed)


if __name__ == "__main__":
    sys.exit(run_for_sites("bots", __doc__, _form))
