"""What services write, and what of it the operator sees."""

import json
from pathlib import Path

from services.cli.up.output import LogFile, Output, for_terminal


def entry(**fields: str) -> bytes:
    return json.dumps(fields).encode() + b"\n"


def test_information_stays_in_the_log() -> None:
    assert for_terminal(entry(level="info", message="listening")) is None


def test_a_warning_is_shown_with_what_it_is_about() -> None:
    line = entry(level="warning", message="stream away", error="ConnectionError", timestamp="2026-01-01")
    assert for_terminal(line) == "stream away error=ConnectionError"


def test_what_is_no_json_is_shown_as_it_is() -> None:
    assert for_terminal(b"collector: api.port: too large\n") == "collector: api.port: too large"
    assert for_terminal(b"\n") is None
    assert for_terminal(b"\xff\xfe\n") is not None


def test_lines_wait_until_the_service_runs_and_then_come_in_order(tmp_path: Path) -> None:
    said: list[str] = []
    output = Output(LogFile(tmp_path / "api.log"), said.append)
    output.take(b"first\n")
    output.take(entry(level="info", message="quiet"))
    assert said == []
    assert output.last_words == "first"
    output.release()
    output.take(b"second\n")
    output.close()
    assert said == ["first", "second"]
    assert (tmp_path / "api.log").read_bytes().count(b"\n") == 3


def test_a_full_log_becomes_the_old_log_and_only_one_is_kept(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "api.log", max_bytes=100)
    for number in range(30):
        log.write(b"line %02d\n" % number)
    log.close()
    old, new = (tmp_path / "api.log.1").read_bytes(), (tmp_path / "api.log").read_bytes()
    assert len(old) <= 100
    assert len(new) <= 100
    assert (old + new).endswith(b"line 28\nline 29\n")
    assert len(list(tmp_path.iterdir())) == 2
