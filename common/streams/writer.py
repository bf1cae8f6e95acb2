"""Appending to the streams."""

from collections.abc import Mapping, Sequence
from importlib.resources import files

from redis.asyncio import Redis

from common.streams.packing import pack

STREAM = "beacons:{}"
_APPEND = (files(__package__) / "append.lua").read_text(encoding="utf-8")


class StreamWriter:
    """Appends beacons, one stream entry for each shard touched, in one atomic round trip."""

    def __init__(self, redis: "Redis") -> None:
        self._append = redis.register_script(_APPEND)

    async def append(self, encoded_by_shard: Mapping[int, Sequence[bytes]]) -> None:
        """Returns once Redis has every beacon. Raises ``redis.RedisError`` or ``OSError`` otherwise."""
        keys = [STREAM.format(shard) for shard in encoded_by_shard]
        args: list[bytes | int] = []
        for encoded in encoded_by_shard.values():
            args += (len(encoded), pack(encoded))
        await self._append(keys, args)
