"""One log line when an outage begins, one when it ends."""

import pytest
from structlog.testing import capture_logs

from common.outage import OutageLog


def test_outage_is_logged_when_it_begins_and_when_it_ends() -> None:
    outage = OutageLog("queue", monotonic=iter([10.0, 12.5]).__next__)
    with capture_logs() as logs:
        for _ in range(3):
            outage.failed(ConnectionError("refused\nwith details"))
        outage.recovered()
        outage.recovered()
    assert [line["event"] for line in logs] == ["queue: failed; retrying", "queue: recovered"]
    assert logs[0]["reason"] == "refused"
    assert logs[0]["exc_info"] is None
    assert logs[1]["outage_seconds"] == 2.5


def test_unexpected_error_is_logged_once_with_its_traceback_also_during_an_outage() -> None:
    outage = OutageLog("queue", expected=(OSError,))
    with capture_logs() as logs:
        for error in (OSError("refused"), ValueError("a bug"), ValueError("a bug"), OSError("refused")):
            outage.failed(error)
    assert [(line["log_level"], line["error"]) for line in logs] == [("warning", "OSError"), ("error", "ValueError")]
    assert isinstance(logs[1]["exc_info"], ValueError)


@pytest.mark.parametrize("outages", [1, 2])
def test_every_outage_is_logged(outages: int) -> None:
    outage = OutageLog("queue")
    with capture_logs() as logs:
        for _ in range(outages):
            outage.failed(OSError("refused"))
            outage.recovered()
    assert len(logs) == 2 * outages
