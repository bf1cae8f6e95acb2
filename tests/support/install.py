"""`pyuniqvisit up` as an administrator runs it, for tests that need a complete install."""

import json
import os
import select
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from common.store import connect
from services.cli.up.data_dir import DataDir
from services.cli.up.processes import StartedProcess
from services.cli.up.run_record import read_run_record
from services.cli.up.secrets import read_secrets
from services.cli.up.servers import embedded_postgres
from tests.support.ports import own_port
from tests.support.waiting import DEADLINE_SECONDS, until

PASSWORD = "a password of the tests"
HEADERS = {
    "Content-Type": "application/json",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
}
PYUNIQVISIT = [sys.executable, "-m", "services.cli.main"]


class Install:
    """One data directory and its supervisor."""

    def __init__(self, folder: Path, **more_environment: str) -> None:
        self.data = folder / "data"
        self._more_environment = more_environment
        self.folder = folder
        self.api = f"http://127.0.0.1:{own_port()}"
        self.collector = f"http://127.0.0.1:{own_port()}"
        self.text = ""
        self.supervisor: subprocess.Popen[bytes] | None = None

    @property
    def arguments(self) -> list[str]:
        api, collector = self.api.rpartition(":")[2], self.collector.rpartition(":")[2]
        return ["up", "--data-dir", str(self.data), "--api-port", api, "--collector-port", collector]

    def up(self, password: str | None = PASSWORD) -> None:
        self.text = ""
        self.supervisor = subprocess.Popen(
            [*PYUNIQVISIT, *self.arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Installs of parallel tests would all choose the same port for their workers.
            env=environment(password) | {"PYUNIQVISIT_WORKER__PORT": str(own_port())} | self._more_environment,
            preexec_fn=_restore_sighup,
        )
        try:
            self.wait_for("Press Ctrl-C to stop it")
        except AssertionError:
            self.end(signal.SIGTERM)
            raise

    def wait_for(self, text: str, seconds: float = 120) -> None:
        assert self.supervisor is not None
        assert self.supervisor.stdout is not None
        descriptor = self.supervisor.stdout.fileno()
        deadline = time.monotonic() + seconds
        while text not in self.text:
            readable, _, _ = select.select([descriptor], [], [], max(0, deadline - time.monotonic()))
            read = os.read(descriptor, 65536) if readable else b""
            assert read, f"{text!r} was not printed: {self.text}"
            self.text += read.decode()

    def end(self, number: int) -> int:
        assert self.supervisor is not None
        self.supervisor.send_signal(number)
        rest, _ = self.supervisor.communicate(timeout=60)
        self.text += rest.decode()
        return self.supervisor.returncode

    def run(self, *arguments: str, password: str | None = PASSWORD) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*PYUNIQVISIT, *arguments],
            env=environment(password),
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=60,
            check=False,
        )

    def processes(self) -> tuple[StartedProcess, ...]:
        run = read_run_record(self.data / "run.json")
        return run.processes if run else ()

    async def hurry(self, what: str) -> None:
        """Backdate a request in the table ``what``, which otherwise waits until all processes have read it."""
        postgres = embedded_postgres(DataDir(self.data), read_secrets(self.data / "secrets.json"))
        connection = await connect(postgres.database_url())
        try:
            statement = f"update {what} set requested_at = requested_at - interval '1 minute' where finished_at is null"

            async def is_requested() -> bool:
                return await connection.execute(statement) != "UPDATE 0"

            await until(is_requested)
        finally:
            await connection.close()

    def post(self, url: str, body: object, token: str | None = None) -> Any:
        request = urllib.request.Request(url, json.dumps(body).encode(), HEADERS)
        return self._answer(request, token)

    def get(self, url: str, token: str | None = None) -> Any:
        return self._answer(urllib.request.Request(url), token)

    def patch(self, url: str, body: object, token: str) -> Any:
        return self._answer(urllib.request.Request(url, json.dumps(body).encode(), HEADERS, method="PATCH"), token)

    def delete(self, url: str, token: str) -> Any:
        return self._answer(urllib.request.Request(url, method="DELETE"), token)

    def token(self) -> str:
        login = {"username": "admin", "password": PASSWORD}
        return str(self.post(f"{self.api}/api/v1/auth/token", login)["access_token"])

    def _answer(self, request: urllib.request.Request, token: str | None) -> Any:
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        with urllib.request.urlopen(request, timeout=DEADLINE_SECONDS) as response:
            text = response.read()
            return json.loads(text) if text else None


def _restore_sighup() -> None:
    """Restore SIGHUP, which child processes would ignore if the tests run under nohup."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def environment(password: str | None) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYUNIQVISIT_")}
    return clean | ({"PYUNIQVISIT_ADMIN_PASSWORD": password} if password else {})
