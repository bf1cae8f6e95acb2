"""Real child processes under the supervisor: small services of the test's own, and what a killed run leaves."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from services.cli.errors import CliError
from services.cli.parent_death import ending_with_parent
from services.cli.up.leftovers import Started, began, is_running, stop_leftovers
from services.cli.up.output import LogFile, Output
from services.cli.up.ports import free_port, refuse_taken
from services.cli.up.service import ServiceProgram
from services.cli.up.supervisor import Supervisor
from tests.support.ports import own_port
from tests.support.waiting import until, wait_until

SERVICE = """
import http.server, json, os, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *arguments):
        pass

print(json.dumps({"level": "info", "message": "listening"}), flush=True)
print(json.dumps({"level": "warning", "message": "careful"}), flush=True)
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""


class Bench:
    """A place for small services: their modules, their logs, and what was said of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[str] = []
        self.outputs: list[Output] = []

    def program(self, name: str, source: str) -> ServiceProgram:
        (self.folder / f"{name}.py").write_text(source)
        port = own_port()
        output = Output(LogFile(self.folder / f"{name}.log"), self.said.append)
        self.outputs.append(output)
        environment = {"PORT": str(port), "PYTHONPATH": str(self.folder), "PATH": os.environ["PATH"]}
        return ServiceProgram(name, name, f"http://127.0.0.1:{port}", environment, output)


@pytest.fixture
def bench(tmp_path: Path):
    made = Bench(tmp_path)
    yield made
    for output in made.outputs:
        output.close()


async def test_a_service_runs_until_it_is_stopped_and_its_warnings_are_said(bench: Bench) -> None:
    program = bench.program("small", SERVICE)
    await program.launch()
    await program.ready()
    pid = program.pid
    assert pid is not None
    assert began(pid) is not None
    await program.stop()
    assert began(pid) is None
    assert bench.said == ["careful"]
    assert b"listening" in (bench.folder / "small.log").read_bytes()


async def test_a_service_that_cannot_start_is_said_with_its_own_last_words(bench: Bench) -> None:
    program = bench.program("broken", "raise SystemExit('broken: api.jwt_secret: missing secret')")
    await program.launch()
    with pytest.raises(CliError, match=r"broken did not start: api\.jwt_secret: missing secret \(see .*broken\.log\)"):
        await program.ready()
    assert bench.said == []
    await program.stop()


async def test_a_killed_service_comes_back_and_answers(bench: Bench) -> None:
    program = bench.program("small", SERVICE)
    supervisor = Supervisor(bench.said.append, lambda _programs: None)
    await supervisor.start(program)
    first = program.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await until(lambda: program.pid != first)
    await program.ready()
    await supervisor.stop()
    assert "small ended (killed by SIGKILL); starting it again in 0.5 s" in bench.said


async def test_a_service_that_does_not_listen_to_sigterm_is_gone_all_the_same(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.cli.up.service._STOP_SECONDS", 0.2)
    stubborn = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SERVICE
    program = bench.program("stubborn", stubborn)
    await program.launch()
    await program.ready()
    pid = program.pid
    assert pid is not None
    await program.stop()
    assert began(pid) is None


def test_leftovers_are_stopped_and_a_stranger_with_the_same_number_is_not() -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as child:
        since = began(child.pid)
        assert since is not None
        ours = Started("worker", child.pid, since, signal.SIGTERM)
        stranger = Started("api", child.pid, "long ago", signal.SIGTERM)
        assert stop_leftovers([stranger]) == []
        assert is_running(ours)
        assert stop_leftovers([stranger, ours]) == ["worker"]
        assert child.wait() == -signal.SIGTERM
    assert stop_leftovers([ours]) == []


@pytest.mark.skipif(not ending_with_parent(signal.SIGTERM), reason="this system has no setpriv(1)")
def test_children_end_when_their_parent_is_killed() -> None:
    parent = (
        "import signal, subprocess, sys, time\n"
        "from services.cli.parent_death import ending_with_parent\n"
        "child = subprocess.Popen([*ending_with_parent(signal.SIGTERM), sys.executable, '-c',"
        " 'import time; print(1, flush=True); time.sleep(60)'], stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        assert began(child) is not None
        process.kill()
    wait_until(lambda: began(child) is None)


def test_a_taken_port_is_one_line_with_a_remedy() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CliError, match=rf"^port {port} at 127\.0\.0\.1, for the API, is taken .*; choose another$"):
            refuse_taken("127.0.0.1", port, "the API", "choose another")
        assert free_port("127.0.0.1", port) != port
    refuse_taken("127.0.0.1", port, "the API", "choose another")
