"""The beacon streams: the only door to ``beacons:{shard}`` in Redis."""

from common.streams.reader import Batch, StreamReader, StreamState
from common.streams.servers import StreamServers
from common.streams.writer import Entry, Flush, StreamWriter, flush_of

__all__ = ["Batch", "Entry", "Flush", "StreamReader", "StreamServers", "StreamState", "StreamWriter", "flush_of"]
