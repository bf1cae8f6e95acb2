"""The supervisor, with processes that the test controls."""

import asyncio
import signal

import pytest

from services.cli.errors import CliError
from services.cli.up.supervisor import Supervisor, exit_reason


class FakeProcess:
    """A process that ends when the test decides."""

    stop_signal = signal.SIGTERM

    def __init__(self, name: str, history: list[str], fails: bool = False) -> None:
        self.name = name
        self.pid: int | None = None
        self._history = history
        self._fails = fails
        self._end: asyncio.Future[int] | None = None
        self.launches = 0

    async def launch(self) -> None:
        self.launches += 1
        self.pid = 100 + self.launches
        self._history.append(f"launch {self.name}")
        self._end = asyncio.get_running_loop().create_future()

    async def ready(self) -> None:
        await asyncio.sleep(0)
        if self._fails:
            raise CliError(f"{self.name} did not start")

    async def wait(self) -> int:
        assert self._end is not None
        return await self._end

    async def stop(self) -> None:
        self._history.append(f"stop {self.name}")

    def end(self, code: int) -> None:
        assert self._end is not None
        self._end.set_result(code)


class InstantSleep:
    """A sleep that takes no time and records its durations."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_processes_stop_in_reverse_order() -> None:
    history: list[str] = []
    supervisor = Supervisor(pytest.fail, lambda _processes: None)
    await supervisor.start(FakeProcess("postgres", history), FakeProcess("valkey", history))
    await supervisor.start(FakeProcess("api", history))
    await supervisor.stop()
    assert history == ["launch postgres", "launch valkey", "launch api", "stop api", "stop valkey", "stop postgres"]


async def test_ended_process_is_reported_and_restarted_with_backoff() -> None:
    printed: list[str] = []
    sleep = InstantSleep()
    process = FakeProcess("worker", [])
    supervisor = Supervisor(printed.append, lambda _processes: None, sleep)
    await supervisor.start(process)
    for code in (1, -9, 0):
        process.end(code)
        await settle()
    await supervisor.stop()
    assert process.launches == 4
    assert sleep.seconds == [0.5, 1.0, 2.0]
    assert printed == [
        "worker ended (exit code 1); restarting it in 0.5 s",
        "worker ended (killed by SIGKILL); restarting it in 1 s",
        "worker ended (exit code 0); restarting it in 2 s",
    ]


async def test_process_that_was_stable_is_restarted_after_the_first_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.cli.up.supervisor._STABLE_AFTER_SECONDS", 0.0)
    sleep = InstantSleep()
    process = FakeProcess("worker", [])
    supervisor = Supervisor(lambda _line: None, lambda _processes: None, sleep)
    await supervisor.start(process)
    for _ in range(3):
        process.end(1)
        await settle()
    await supervisor.stop()
    assert sleep.seconds == [0.5, 0.5, 0.5]


async def test_every_start_is_recorded_with_last_process_first() -> None:
    recorded: list[list[tuple[str, int | None]]] = []
    first, second = FakeProcess("postgres", []), FakeProcess("api", [])
    supervisor = Supervisor(
        lambda _line: None, lambda processes: recorded.append([(p.name, p.pid) for p in processes]), InstantSleep()
    )
    await supervisor.start(first, second)
    first.end(1)
    await settle()
    await supervisor.stop()
    assert recorded == [
        [("postgres", 101)],
        [("api", 101), ("postgres", 101)],
        [("api", 101), ("postgres", 102)],
    ]


async def test_failed_start_is_reported_and_everything_can_be_stopped() -> None:
    history: list[str] = []
    supervisor = Supervisor(pytest.fail, lambda _processes: None)
    with pytest.raises(CliError, match="worker did not start"):
        await supervisor.start(FakeProcess("api", history), FakeProcess("worker", history, fails=True))
    await supervisor.stop()
    assert history[-2:] == ["stop worker", "stop api"]


async def test_nothing_is_restarted_while_stopping() -> None:
    process = FakeProcess("api", [])
    supervisor = Supervisor(pytest.fail, lambda _processes: None)
    await supervisor.start(process)
    watching = asyncio.create_task(supervisor.watch())
    await settle()
    await supervisor.stop()
    await settle()
    assert process.launches == 1
    assert watching.done()
    assert watching.cancelled()


def test_exit_code_is_described_in_words() -> None:
    assert exit_reason(3) == "exit code 3"
    assert exit_reason(-15) == "killed by SIGTERM"
    assert exit_reason(-99) == "killed by signal 99"
