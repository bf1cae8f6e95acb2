"""Bodies that are small on their way and large where they arrive."""

import gzip
import tracemalloc
import zlib

import pytest
from aiohttp import ServerDisconnectedError

GIGABYTE = 1 << 30
HEADERS = {"Origin": "https://shop.example", "Content-Type": "application/json"}


def gzipped_zeros(size: int) -> bytes:
    """Made piece by piece: a gigabyte of nothing is a megabyte."""
    packer = zlib.compressobj(9, wbits=31)
    piece = bytes(1 << 20)
    return b"".join([*(packer.compress(piece) for _ in range(size >> 20)), packer.flush()])


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """Made before a collector runs, since it takes seconds in which the event loop would stand still."""
    return gzipped_zeros(GIGABYTE)


@pytest.mark.parametrize("path", ["/collect", "/track", "/click"])
async def test_a_small_body_that_unpacks_to_a_gigabyte_is_refused_and_not_unpacked(bomb: bytes, collector, path):
    assert len(bomb) < 2 << 20
    tracemalloc.start()
    try:
        answer = await collector.post(path, data=bomb, headers=HEADERS | {"Content-Encoding": "gzip"})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer.status == 413
    assert peak < 64 << 20


@pytest.mark.parametrize("body", [b"nonsense", gzip.compress(b"{}")[:-4]], ids=["nonsense", "cut short"])
async def test_what_is_not_packed_as_it_says_is_refused_and_costs_nobody_else_anything(collector, body):
    try:
        answer = await collector.post(
            "/collect", data=body, headers=HEADERS | {"Content-Encoding": "gzip", "Connection": "close"}
        )
        assert answer.status == 400
    except ServerDisconnectedError:
        pass  # nothing that follows on such a connection could be understood
    good = await collector.post("/collect", json={"site": "shop", "url": "https://shop.example/"}, headers=HEADERS)
    assert good.status == 202
