"""Real child processes under the supervisor: small services of the test, and processes of a killed supervisor."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from services.cli.embedded.parent_death import ending_with_parent
from services.cli.errors import CliError
from services.cli.up.ports import check_port, free_port
from services.cli.up.processes import StartedProcess, is_running, process_start_time, stop_leftovers
from services.cli.up.service_logs import LogFile, ServiceOutput
from services.cli.up.supervised_service import SupervisedService
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


class ServiceBench:
    """Creates small services in a folder, and records the messages about them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.printed: list[str] = []
        self.outputs: list[ServiceOutput] = []

    def service(self, name: str, source: str) -> SupervisedService:
        (self.folder / f"{name}.py").write_text(source)
        port = own_port()
        output = ServiceOutput(LogFile(self.folder / f"{name}.log"), self.printed.append)
        self.outputs.append(output)
        environment = {"PORT": str(port), "PYTHONPATH": str(self.folder), "PATH": os.environ["PATH"]}
        return SupervisedService(name, name, f"http://127.0.0.1:{port}", environment, output)


@pytest.fixture
def bench(tmp_path: Path):
    made = ServiceBench(tmp_path)
    yield made
    for output in made.outputs:
        output.close()


async def test_service_runs_until_stopped_and_its_warnings_are_printed(bench: ServiceBench) -> None:
    service = bench.service("small", SERVICE)
    await service.launch()
    await service.ready()
    pid = service.pid
    assert pid is not None
    assert process_start_time(pid) is not None
    await service.stop()
    assert process_start_time(pid) is None
    assert bench.printed == ["careful"]
    assert b"listening" in (bench.folder / "small.log").read_bytes()


async def test_failed_start_is_reported_with_last_message_of_service(bench: ServiceBench) -> None:
    service = bench.service("broken", "raise SystemExit('broken: api.jwt_secret: missing secret')")
    await service.launch()
    with pytest.raises(CliError, match=r"broken did not start: api\.jwt_secret: missing secret \(see .*broken\.log\)"):
        await service.ready()
    assert bench.printed == []
    await service.stop()


async def test_killed_service_is_restarted(bench: ServiceBench) -> None:
    service = bench.service("small", SERVICE)
    supervisor = Supervisor(bench.printed.append, lambda _processes: None)
    await supervisor.start(service)
    first = service.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await until(lambda: service.pid != first)
    await service.ready()
    await supervisor.stop()
    assert "small ended (killed by SIGKILL); restarting it in 0.5 s" in bench.printed


async def test_service_that_ignores_sigterm_is_killed(bench: ServiceBench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.cli.up.supervised_service._STOP_SECONDS", 0.2)
    stubborn = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SERVICE
    service = bench.service("stubborn", stubborn)
    await service.launch()
    await service.ready()
    pid = service.pid
    assert pid is not None
    await service.stop()
    assert process_start_time(pid) is None


def test_leftovers_are_stopped_but_not_another_process_with_the_same_pid() -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as child:
        since = process_start_time(child.pid)
        assert since is not None
        ours = StartedProcess("worker", child.pid, since, signal.SIGTERM)
        other = StartedProcess("api", child.pid, "long ago", signal.SIGTERM)
        assert stop_leftovers([other]) == []
        assert is_running(ours)
        assert stop_leftovers([other, ours]) == ["worker"]
        assert child.wait() == -signal.SIGTERM
    assert stop_leftovers([ours]) == []


@pytest.mark.skipif(not ending_with_parent(signal.SIGTERM), reason="this system has no setpriv(1)")
def test_child_processes_end_when_parent_is_killed() -> None:
    parent = (
        "import signal, subprocess, sys, time\n"
        "from services.cli.embedded.parent_death import ending_with_parent\n"
        "child = subprocess.Popen([*ending_with_parent(signal.SIGTERM), sys.executable, '-c',"
        " 'import time; print(1, flush=True); time.sleep(60)'], stdout=subprocess.PIPE)\n"
        "child.stdout.readline()\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        assert process_start_time(child) is not None
        process.kill()
    wait_until(lambda: process_start_time(child) is None)


def test_port_in_use_is_reported_with_a_remedy() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(
            CliError, match=rf"^port {port} on 127\.0\.0\.1 for the API is already in use; choose another$"
        ):
            check_port("127.0.0.1", port, "the API", "choose another")
        assert free_port("127.0.0.1", port) != port
    check_port("127.0.0.1", port, "the API", "choose another")
