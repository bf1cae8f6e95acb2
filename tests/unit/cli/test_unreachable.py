"""A command whose database does not answer says which one, and not how to get in."""

from pathlib import Path

import pytest

from services.cli.main import main

URL = "postgresql://reports:what-nobody-may-read@127.0.0.1:1/stats"


@pytest.mark.parametrize("command", ["migrate", "distribute", "backup beyond.backup"])
def test_the_server_is_named_and_its_password_is_not(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("PYUNIQVISIT_DATABASE__URL", URL)
    monkeypatch.chdir(tmp_path)
    assert main(command.split()) == 1
    said = capsys.readouterr().err
    assert "PostgreSQL at 127.0.0.1:1 cannot be reached" in said
    assert said.count("\n") == 1
    assert "what-nobody-may-read" not in said
