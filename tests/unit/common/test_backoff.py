"""Exponential backoff, alone and per shard."""

from hypothesis import given
from hypothesis import strategies as st

from common.backoff import Backoff, ShardBackoff


@given(st.floats(0.01, 1.0), st.floats(1.0, 60.0), st.integers(1, 50))
def test_delays_grow_from_the_first_to_the_longest(first: float, longest: float, failures: int) -> None:
    backoff = Backoff(first, longest)
    delays = [backoff.next_delay() for _ in range(failures)]
    assert delays[0] == first
    assert delays == sorted(delays)
    assert max(delays) <= longest


@given(st.integers(1, 50))
def test_reset_starts_again_at_the_first_delay(failures: int) -> None:
    backoff = Backoff(0.5, 30.0)
    for _ in range(failures):
        backoff.next_delay()
    backoff.reset()
    assert backoff.next_delay() == 0.5


def test_shard_is_not_due_during_its_delay_and_starts_again_after_a_success() -> None:
    now = 100.0
    backoff = ShardBackoff(0.25, 5.0, lambda: now)
    assert [backoff.failed(1) for _ in range(7)] == [0.25, 0.5, 1, 2, 4, 5, 5]
    assert not backoff.is_due(1)
    now += 5
    assert backoff.is_due(1)
    backoff.succeeded(1)
    assert backoff.failed(1) == 0.25


def test_failure_of_one_shard_does_not_delay_another() -> None:
    backoff = ShardBackoff(0.25, 5.0, lambda: 100.0)
    backoff.failed(1)
    assert backoff.is_due(2)
