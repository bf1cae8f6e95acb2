"""The spool: beacons are stored on disk while Redis is unavailable, and replayed afterwards."""

from services.collector.spool.folder import SpoolFolder, claim_abandoned, claim_new
from services.collector.spool.log import SpoolFullError, SpoolLog
from services.collector.spool.spooling_writer import SpoolingWriter
from services.collector.spool.spools import Spools

__all__ = ["SpoolFolder", "SpoolFullError", "SpoolLog", "SpoolingWriter", "Spools", "claim_abandoned", "claim_new"]
