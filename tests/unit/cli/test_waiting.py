"""Whoever waits for a worker that is not there is told."""

import pytest

from services.cli.show.waiting import Waiting


class Time:
    now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_it_is_said_once_when_nothing_has_moved_for_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    time = Time()
    waiting = Waiting(time, time.sleep)
    for second in range(200):
        waiting.pause(1.0, {"left": 200 - second})
    assert capsys.readouterr().err == ""
    for _ in range(59):
        waiting.pause(1.0, {"left": 0})
    assert capsys.readouterr().err == ""
    for _ in range(200):
        waiting.pause(1.0, {"left": 0})
    assert capsys.readouterr().err.count("does a worker run?") == 1
    assert time.now == 459
