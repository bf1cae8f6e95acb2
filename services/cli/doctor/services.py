"""Checks of the services, through their health endpoints."""

import json
import urllib.error
import urllib.request
from http import HTTPStatus
from http.client import HTTPException

from common.config import Settings
from services.cli.doctor.check_result import CheckResult, ok, problem, warning
from services.cli.up.plan import local_url

_TIMEOUT_SECONDS = 5


def check_service(name: str, url: str) -> CheckResult:
    """Check /health/ready of a service."""
    try:
        status, body = _get(f"{url}/health/ready")
    except OSError:
        return warning(name, f"no response at {url}", "start it, or run `pyuniqvisit doctor` on its machine")
    except HTTPException:
        status, body = 0, b""
    try:
        report = json.loads(body)
        checks = {str(check): str(outcome) for check, outcome in report["checks"].items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return warning(name, f"another application responds at {url}", "correct the port, or stop that application")
    failed = "; ".join(f"{check}: {outcome}" for check, outcome in checks.items() if outcome != "ok") or "not ready"
    if status != HTTPStatus.OK:
        return problem(name, failed, "see its log")
    return ok(name, f"ready at {url}") if report.get("status") == "ready" else warning(name, failed, "see its log")


def service_urls(settings: Settings) -> dict[str, str]:
    """Return the configured URL of each service on this machine."""
    return {
        "collector": local_url(settings.collector.host, settings.collector.port),
        "api": local_url(settings.api.host, settings.api.port),
        "worker": local_url(settings.worker.host, settings.worker.port),
    }


def _get(url: str) -> tuple[int, bytes]:
    """Return status and body. Raises ``OSError``, or ``HTTPException`` for a response that is not HTTP."""
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT_SECONDS) as response:  # noqa: S310 - a configured URL
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
