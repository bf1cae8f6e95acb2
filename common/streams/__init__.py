"""The beacon streams: the only door to ``beacons:{shard}`` in Redis."""

from common.streams.reader import Batch, StreamReader, StreamState
from common.streams.writer import StreamWriter

__all__ = ["Batch", "StreamReader", "StreamState", "StreamWriter"]
