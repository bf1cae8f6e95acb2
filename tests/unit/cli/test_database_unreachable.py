"""Errors about an unreachable database name the server, but not its password."""

from pathlib import Path

import pytest

from services.cli.main import main

URL = "postgresql://reports:a-secret-password@127.0.0.1:1/stats"


@pytest.mark.parametrize("command", ["migrate", "distribute", "backup new.backup"])
def test_error_names_server_without_password(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("PYUNIQVISIT_DATABASE__URL", URL)
    monkeypatch.chdir(tmp_path)
    assert main(command.split()) == 1
    errors = capsys.readouterr().err
    assert "PostgreSQL at 127.0.0.1:1 cannot be reached" in errors
    assert errors.count("\n") == 1
    assert "a-secret-password" not in errors
