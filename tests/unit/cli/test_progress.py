"""Waiting for a worker prints a warning when there is no progress."""

import pytest

from services.cli.output.progress import WorkerWait


class FakeTime:
    now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_missing_progress_is_reported_once_after_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    time = FakeTime()
    wait = WorkerWait(time, time.sleep)
    for second in range(200):
        wait.pause(1.0, {"left": 200 - second})
    assert capsys.readouterr().err == ""
    for _ in range(59):
        wait.pause(1.0, {"left": 0})
    assert capsys.readouterr().err == ""
    for _ in range(200):
        wait.pause(1.0, {"left": 0})
    assert capsys.readouterr().err.count("Is a worker running?") == 1
    assert time.now == 459
