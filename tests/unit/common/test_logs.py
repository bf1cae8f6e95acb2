"""Redaction of personal data and secrets in logs."""

import logging
import sys
import time

import pytest
from aiohttp.http_exceptions import BadHttpMessage, LineTooLong

from common.logs import hide_request_content, redact


@pytest.mark.parametrize(
    "event",
    [
        {"password": "hunter2"},
        {"jwt_secret": "hunter2"},
        {"headers": {"Cookie": "_uv=hunter2"}},
        {"error": "no route to 192.0.2.17"},
        {"error": "peer 2001:db8:1:2:3:4:5:6 disconnected"},
        {"error": "peer 2001:db8::17 disconnected"},
        {"error": "peer [2001:db8:0:1::]:443 disconnected"},
        {"error": "Client 2001:db8:1::5:6%eth0"},
        {"error": "postgresql://uv:hunter2@db/uv"},
        {"event": "Authorization: Bearer hunter2"},
        {"event": "key uvk_hunter2hunter2hunter2"},
        {"event": "Cookie: uv_refresh=hunter2"},
        {"event": "GET / HTTP/1.1 Cookie: a=b; _uv=hunter2; c=d"},
        {"items": [{"user_agent": "hunter2"}]},
        {"event": "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"},
    ],
)
def test_personal_and_secret_values_are_redacted(event):
    text = str(redact(None, "info", event))
    for secret in ("hunter2", "192.0.2.17", "2001:db8", "eyJ"):
        assert secret not in text
    assert "[redacted]" in text


@pytest.mark.parametrize(
    "text",
    [
        "at 12:34:56", "2026-11-22T12:34:56Z", "tests/unit/test_x.py::test_face", "select '1'::int", "a::b::c of C++",
        "std::cafe", "key uvk_short", "127.0.0.1:8001",
    ],
)  # fmt: skip
def test_text_that_only_resembles_an_address_is_kept(text):
    assert redact(None, "info", {"event": text}) == {"event": text}


@pytest.mark.parametrize("piece", ["eyJ", "eyJ-", "a:", "1:", "::", "://", ":a@", "1.", "uvk_", "_uv=", "Bearer "])
def test_redaction_is_fast_for_any_text(piece):
    began = time.thread_time()
    redact(None, "info", {"event": piece * 20_000})
    assert time.thread_time() - began < 1


def of_server(error: Exception) -> logging.LogRecord:
    """Build the record that aiohttp's server logs for an error."""
    try:
        raise error
    except Exception:
        return logging.LogRecord("aiohttp.server", logging.ERROR, "", 0, "Error handling", (), sys.exc_info())


@pytest.mark.parametrize("error", [BadHttpMessage("Cookie: uv_refresh=hunter2"), LineTooLong(b"/?mail=hunter2", 8190)])
def test_malformed_request_is_not_logged(error, monkeypatch):
    monkeypatch.setattr(logging.getLogger(), "level", logging.INFO)
    assert not hide_request_content(of_server(error))
    monkeypatch.setattr(logging.getLogger(), "level", logging.DEBUG)
    assert hide_request_content(record := of_server(error))
    assert (record.getMessage(), record.exc_info) == (f"malformed request: {type(error).__name__}", None)


def test_internal_error_keeps_its_traceback():
    record = of_server(ZeroDivisionError())
    assert hide_request_content(record)
    assert (record.levelno, record.exc_info is None) == (logging.ERROR, False)


def test_ordinary_values_are_kept():
    event = {"event": "listening", "host": "127.0.0.1", "port": 8001, "shards": [1, 2], "seconds": 0.5, "none": None}
    assert redact(None, "info", dict(event)) == event
