"""The services, asked at their own addresses."""

import json
import urllib.error
import urllib.request
from http import HTTPStatus
from http.client import HTTPException

from common.config import Settings
from services.cli.doctor.finding import Finding, ok, problem, warning
from services.cli.up.plan import local_url

_SECONDS = 5


def look_at_service(name: str, url: str) -> Finding:
    """By /health/ready."""
    try:
        status, body = _ask(f"{url}/health/ready")
    except OSError:
        return warning(name, f"does not answer at {url}", "start it; when it runs elsewhere, ask there")
    except HTTPException:
        status, body = 0, b""
    try:
        said = json.loads(body)
        checks = {str(about): str(outcome) for about, outcome in said["checks"].items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        return warning(name, f"what answers at {url} is none of ours", "correct its port, or end the other program")
    bad = "; ".join(f"{about}: {outcome}" for about, outcome in checks.items() if outcome != "ok") or "not ready"
    if status != HTTPStatus.OK:
        return problem(name, bad, "see its log")
    return ok(name, f"ready at {url}") if said.get("status") == "ready" else warning(name, bad, "see its log")


def addresses(settings: Settings) -> dict[str, str]:
    return {
        "collector": local_url(settings.collector.host, settings.collector.port),
        "api": local_url(settings.api.host, settings.api.port),
        "worker": local_url(settings.worker.host, settings.worker.port),
    }


def _ask(url: str) -> tuple[int, bytes]:
    """Status and body. Raises ``OSError``, or ``HTTPException`` for what is no HTTP."""
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS) as answer:  # noqa: S310 - ours
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
