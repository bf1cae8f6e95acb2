"""The supervisor, over programs that do as the test says."""

import asyncio
import signal

import pytest

from services.cli.errors import CliError
from services.cli.up.supervisor import Supervisor, describe


class FakeProgram:
    """A program without a process, whose end the test decides."""

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


class Slept:
    """A sleep that takes no time and remembers what was asked of it."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_programs_stop_in_the_reverse_order_of_their_start() -> None:
    history: list[str] = []
    supervisor = Supervisor(pytest.fail, lambda _programs: None)
    await supervisor.start(FakeProgram("postgres", history), FakeProgram("valkey", history))
    await supervisor.start(FakeProgram("api", history))
    await supervisor.stop()
    assert history == ["launch postgres", "launch valkey", "launch api", "stop api", "stop valkey", "stop postgres"]


async def test_a_program_that_ends_is_said_and_started_again_after_a_growing_wait() -> None:
    said: list[str] = []
    slept = Slept()
    program = FakeProgram("worker", [])
    supervisor = Supervisor(said.append, lambda _programs: None, slept)
    await supervisor.start(program)
    for code in (1, -9, 0):
        program.end(code)
        await settle()
    await supervisor.stop()
    assert program.launches == 4
    assert slept.seconds == [0.5, 1.0, 2.0]
    assert said == [
        "worker ended (exit code 1); starting it again in 0.5 s",
        "worker ended (killed by SIGKILL); starting it again in 1 s",
        "worker ended (exit code 0); starting it again in 2 s",
    ]


async def test_program_that_was_stable_is_restarted_after_the_first_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.cli.up.supervisor._STABLE_AFTER_SECONDS", 0.0)
    slept = Slept()
    program = FakeProgram("worker", [])
    supervisor = Supervisor(lambda _line: None, lambda _programs: None, slept)
    await supervisor.start(program)
    for _ in range(3):
        program.end(1)
        await settle()
    await supervisor.stop()
    assert slept.seconds == [0.5, 0.5, 0.5]


async def test_each_new_process_is_noted_with_the_last_started_first() -> None:
    noted: list[list[tuple[str, int | None]]] = []
    first, second = FakeProgram("postgres", []), FakeProgram("api", [])
    supervisor = Supervisor(
        lambda _line: None, lambda programs: noted.append([(p.name, p.pid) for p in programs]), Slept()
    )
    await supervisor.start(first, second)
    first.end(1)
    await settle()
    await supervisor.stop()
    assert noted == [
        [("postgres", 101)],
        [("api", 101), ("postgres", 101)],
        [("api", 101), ("postgres", 102)],
    ]


async def test_a_program_that_does_not_start_fails_the_start_and_everything_can_be_stopped() -> None:
    history: list[str] = []
    supervisor = Supervisor(pytest.fail, lambda _programs: None)
    with pytest.raises(CliError, match="worker did not start"):
        await supervisor.start(FakeProgram("api", history), FakeProgram("worker", history, fails=True))
    await supervisor.stop()
    assert history[-2:] == ["stop worker", "stop api"]


async def test_nothing_is_started_again_while_everything_stops() -> None:
    program = FakeProgram("api", [])
    supervisor = Supervisor(pytest.fail, lambda _programs: None)
    await supervisor.start(program)
    watching = asyncio.create_task(supervisor.watch())
    await settle()
    await supervisor.stop()
    await settle()
    assert program.launches == 1
    assert watching.done()
    assert watching.cancelled()


def test_an_exit_code_is_said_in_words() -> None:
    assert describe(3) == "exit code 3"
    assert describe(-15) == "killed by SIGTERM"
    assert describe(-99) == "killed by signal 99"
