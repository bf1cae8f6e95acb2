"""The stored login."""

import os
import stat
from pathlib import Path

import pytest

from services.cli.client.credentials import LoginSession, SessionFile

SESSION = LoginSession("http://127.0.0.1:8000", "ada", "access", "refresh", 1_000)


@pytest.fixture
def sessions(tmp_path: Path) -> SessionFile:
    return SessionFile(tmp_path / "config" / "pyuniqvisit")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_login_is_read_as_written(sessions: SessionFile):
    assert sessions.read() is None
    sessions.write(SESSION)
    assert sessions.read() == SESSION


def test_login_is_private_with_any_umask(sessions: SessionFile):
    before = os.umask(0)
    try:
        sessions.write(SESSION)
        sessions.write(SESSION)
    finally:
        os.umask(before)
    assert mode(sessions.path) == 0o600
    assert mode(sessions.path.parent) == 0o700


def test_no_file_is_left_after_logout(sessions: SessionFile):
    sessions.write(SESSION)
    sessions.remove()
    sessions.remove()
    assert sessions.read() is None
    assert [path.name for path in sessions.path.parent.iterdir()] == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"api": "http://x"}', "null"])
def test_damaged_file_is_ignored(sessions: SessionFile, text: str):
    sessions.write(SESSION)
    sessions.path.write_text(text)
    assert sessions.read() is None


def test_tokens_are_hidden_in_repr():
    assert "access" not in repr(SESSION).replace("access_token", "")
    assert "'refresh'" not in repr(SESSION)
