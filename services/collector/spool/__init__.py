"""The spool: where beacons are kept on disk while Redis does not take them."""

from services.collector.spool.folder import SpoolFolder, claim_left, claim_new
from services.collector.spool.lane import Lane
from services.collector.spool.log import SpoolFullError, SpoolLog
from services.collector.spool.spools import Spools

__all__ = ["Lane", "SpoolFolder", "SpoolFullError", "SpoolLog", "Spools", "claim_left", "claim_new"]
