"""Output of services: log files, and messages on the terminal."""

import json
from pathlib import Path

from services.cli.up.service_logs import LogFile, ServiceOutput, terminal_message


def entry(**fields: str) -> bytes:
    return json.dumps(fields).encode() + b"\n"


def test_information_is_only_logged() -> None:
    assert terminal_message(entry(level="info", message="listening")) is None


def test_warning_is_shown_with_its_error() -> None:
    line = entry(level="warning", message="stream unavailable", error="ConnectionError", timestamp="2026-01-01")
    assert terminal_message(line) == "stream unavailable error=ConnectionError"


def test_line_that_is_no_json_is_shown_unchanged() -> None:
    assert terminal_message(b"collector: api.port: too large\n") == "collector: api.port: too large"
    assert terminal_message(b"\n") is None
    assert terminal_message(b"\xff\xfe\n") is not None


def test_messages_are_held_until_service_is_ready(tmp_path: Path) -> None:
    printed: list[str] = []
    output = ServiceOutput(LogFile(tmp_path / "api.log"), printed.append)
    output.write(b"first\n")
    output.write(entry(level="info", message="quiet"))
    assert printed == []
    assert output.last_message == "first"
    output.release()
    output.write(b"second\n")
    output.close()
    assert printed == ["first", "second"]
    assert (tmp_path / "api.log").read_bytes().count(b"\n") == 3


def test_full_log_is_rotated_and_only_one_old_log_is_kept(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "api.log", max_bytes=100)
    for number in range(30):
        log.write(b"line %02d\n" % number)
    log.close()
    old, new = (tmp_path / "api.log.1").read_bytes(), (tmp_path / "api.log").read_bytes()
    assert len(old) <= 100
    assert len(new) <= 100
    assert (old + new).endswith(b"line 28\nline 29\n")
    assert len(list(tmp_path.iterdir())) == 2
