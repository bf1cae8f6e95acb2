"""The result of one check."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

_MAX_CLOCK_SKEW = timedelta(seconds=2)


class Severity(StrEnum):
    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class CheckResult:
    check: str
    severity: Severity
    text: str
    advice: str = ""
    """What to do, if anything."""


def ok(check: str, text: str) -> CheckResult:
    return CheckResult(check, Severity.OK, text)


def warning(check: str, text: str, advice: str) -> CheckResult:
    return CheckResult(check, Severity.WARNING, text, advice)


def problem(check: str, text: str, advice: str) -> CheckResult:
    return CheckResult(check, Severity.PROBLEM, text, advice)


def clock_result(check: str, server_time: datetime, asked: datetime, answered: datetime) -> CheckResult:
    """Compare clocks: ``server_time`` was read between ``asked`` and ``answered`` on this machine's clock."""
    skew = max(asked - server_time, server_time - answered, timedelta())
    text = f"{skew.total_seconds():.1f} s from this machine's clock"
    if skew > _MAX_CLOCK_SKEW:
        return problem(
            check, text, "synchronize the clocks (NTP); otherwise visits get wrong times and salts wrong days"
        )
    return ok(check, text)


def first_line(error: Exception) -> str:
    """Return the first line of an error's message."""
    return (str(error).splitlines() or [type(error).__name__])[0]
