"""Longer and longer, and not for ever."""

from services.worker.patience import Patience


def test_pauses_double_up_to_five_seconds_and_begin_anew_after_a_success():
    now = 100.0
    patience = Patience(lambda: now)
    assert [patience.failed(1) for _ in range(7)] == [0.25, 0.5, 1, 2, 4, 5, 5]
    assert not patience.is_over(1)
    now += 5
    assert patience.is_over(1)
    patience.worked(1)
    assert patience.failed(1) == 0.25


def test_each_shard_has_its_own():
    patience = Patience(lambda: 100.0)
    patience.failed(1)
    assert patience.is_over(2)
