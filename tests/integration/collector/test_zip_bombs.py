"""Compressed bodies that decompress to a large size."""

import gzip
import io
import time
import tracemalloc

import pytest
from aiohttp import ServerDisconnectedError

from tests.support.zip_bombs import gzipped_zeros

HEADERS = {"Origin": "https://shop.example", "Content-Type": "application/json"}


@pytest.fixture(scope="module")
def bomb() -> bytes:
    return gzipped_zeros(1024)


@pytest.mark.parametrize("path", ["/collect", "/track", "/click"])
async def test_small_body_that_decompresses_to_a_gigabyte_is_rejected(bomb: bytes, collector, path):
    assert len(bomb) < 2 << 20
    tracemalloc.start()
    try:
        answer = await collector.post(path, data=io.BytesIO(bomb), headers=HEADERS | {"Content-Encoding": "gzip"})
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer.status == 413
    assert peak < 64 << 20


@pytest.mark.parametrize(("path", "status"), [("/collect", 413), ("/nowhere", 404)])
async def test_rest_of_a_rejected_body_is_never_decompressed(bomb: bytes, collector, path, status):
    begun = time.thread_time()
    answer = await collector.post(path, data=io.BytesIO(bomb), headers=HEADERS | {"Content-Encoding": "gzip"})
    assert answer.status == status
    assert (await collector.get("/health/live")).status == 200
    assert time.thread_time() - begun < 0.5, "unpacking takes seconds"


@pytest.mark.parametrize("body", [b"nonsense", gzip.compress(b"{}")[:-4]], ids=["nonsense", "cut short"])
async def test_invalid_compression_is_rejected_and_affects_no_other_request(collector, body):
    try:
        answer = await collector.post(
            "/collect", data=body, headers=HEADERS | {"Content-Encoding": "gzip", "Connection": "close"}
        )
        assert answer.status == 400
    except ServerDisconnectedError:
        pass  # the rest of such a connection cannot be parsed
    good = await collector.post("/collect", json={"site": "shop", "url": "https://shop.example/"}, headers=HEADERS)
    assert good.status == 202
