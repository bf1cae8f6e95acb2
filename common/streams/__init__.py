"""The beacon streams. Only this package accesses ``beacons:{shard}`` in Redis."""

from common.streams.reader import Batch, StreamReader, StreamState
from common.streams.servers import StreamServers
from common.streams.writer import Flush, StreamEntry, StreamWriter, make_flush

__all__ = [
    "Batch",
    "Flush",
    "StreamEntry",
    "StreamReader",
    "StreamServers",
    "StreamState",
    "StreamWriter",
    "make_flush",
]
