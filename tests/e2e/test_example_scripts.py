"""The example scripts of the documentation, run against a real install."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.install import PASSWORD, Install, environment

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.fixture(scope="module")
def install(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Install]:
    running = Install(tmp_path_factory.mktemp("example-scripts"))
    running.up()
    yield running
    running.end(signal.SIGTERM)


def run(install: Install, script: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a script with `pyuniqvisit` on the path."""
    command = folder / "pyuniqvisit"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m services.cli.main "$@"\n')
    command.chmod(0o755)
    return subprocess.run(
        ["sh", str(EXAMPLES / script)],
        env=environment(None)
        | {"PATH": f"{folder}:{os.environ['PATH']}", "API": install.api, "COLLECTOR": install.collector}
        | {"ADMIN_PASSWORD": PASSWORD, "HOME": str(folder)}
        | more,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("script", ["site-lifecycle.sh", "site-lifecycle-cli.sh"])
def test_example_script_runs_from_site_creation_to_deletion(install: Install, tmp_path: Path, script: str):
    name = script.removesuffix(".sh")
    outcome = run(install, script, tmp_path, SITE=f"{name}-shop", NEW_USER=name)
    assert (outcome.returncode, outcome.stdout.splitlines()[-1:]) == (0, ["Done"]), outcome.stdout + outcome.stderr
    assert "create a user" in outcome.stdout
    assert "Visit that site" in outcome.stdout
    assert PASSWORD not in outcome.stdout + outcome.stderr


@pytest.mark.parametrize("script", ["site-lifecycle.sh", "site-lifecycle-cli.sh"])
def test_example_script_stops_at_the_first_failed_step(install: Install, tmp_path: Path, script: str):
    outcome = run(install, script, tmp_path, ADMIN_PASSWORD="not the password")
    assert outcome.returncode != 0
    assert "username or password is incorrect" in (outcome.stdout + outcome.stderr).lower()
    assert "create a user" in outcome.stdout
    assert "Visit that site" not in outcome.stdout
