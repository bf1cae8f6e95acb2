"""What never reaches a log."""

import pytest

from common.logs import redact


@pytest.mark.parametrize(
    "event",
    [
        {"password": "hunter2"},
        {"jwt_secret": "hunter2"},
        {"headers": {"Cookie": "_uv=hunter2"}},
        {"error": "no route to 192.0.2.17"},
        {"error": "peer 2001:db8:1:2:3:4:5:6 went away"},
        {"error": "postgresql://uv:hunter2@db/uv"},
        {"items": [{"user_agent": "hunter2"}]},
        {"event": "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln"},
    ],
)
def test_personal_and_secret_values_are_taken_out(event):
    text = str(redact(None, "info", event))
    for secret in ("hunter2", "192.0.2.17", "2001:db8", "eyJ"):
        assert secret not in text
    assert "[redacted]" in text


def test_ordinary_values_stay():
    event = {"event": "listening", "host": "127.0.0.1", "port": 8001, "shards": [1, 2], "seconds": 0.5, "none": None}
    assert redact(None, "info", dict(event)) == event
