"""``python -m services.worker.bots --now MS SITE…``: score the visitors of sites with the model, then exit."""

import sys
from datetime import datetime

import structlog

from common.config import Settings
from common.store import Connection
from services.worker.bots.scoring import score_visitors
from services.worker.site_process import run_for_sites

_log = structlog.get_logger()


async def _score(connection: Connection, settings: Settings, site_id: int, now: datetime) -> None:
    count = await score_visitors(connection, range(settings.install.shards), site_id, now)
    _log.info("bots: visitors scored", site=site_id, bots=count)


if __name__ == "__main__":
    sys.exit(run_for_sites("bots", __doc__, _score))
