"""Token buckets, with a clock that the test controls."""

from hypothesis import given
from hypothesis import strategies as st

from common.config import RateLimitSettings
from services.collector.rate_limit import RateLimiter


def limiter(per_minute: int = 60, burst: int = 3) -> RateLimiter:
    return RateLimiter(RateLimitSettings(per_minute=per_minute, burst=burst))


def test_a_burst_is_allowed_and_then_a_steady_rate():
    limit = limiter()
    assert [limit.allow("192.0.2.1", 0) for _ in range(4)] == [True, True, True, False]
    assert limit.allow("192.0.2.1", 1000)
    assert not limit.allow("192.0.2.1", 1000)


def test_each_client_has_its_own_limit():
    limit = limiter(burst=1)
    assert limit.allow("192.0.2.1", 0)
    assert limit.allow("192.0.2.2", 0)


def test_all_addresses_of_one_ipv6_network_are_one_client():
    limit = limiter(burst=1)
    assert limit.allow("2001:db8::1", 0)
    assert not limit.allow("2001:db8::2", 0)
    assert limit.allow("2001:db8:0:1::1", 0)


def test_clock_that_jumps_back_adds_no_tokens():
    limit = limiter(burst=1)
    assert limit.allow("192.0.2.1", 60_000)
    assert not limit.allow("192.0.2.1", 0)


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=200))
def test_no_time_window_exceeds_burst_plus_rate(waits):
    limit, now, allowed = limiter(per_minute=60, burst=5), 0, []
    for wait in waits:
        now += wait
        if limit.allow("192.0.2.1", now):
            allowed.append(now)
    for first in range(len(allowed)):
        for last in range(first, len(allowed)):
            assert last - first + 1 <= 5 + (allowed[last] - allowed[first]) / 1000 + 1e-6
