"""The services, asked at their own addresses."""

import json
import urllib.error
import urllib.request

from common.config import Settings
from services.cli.doctor.finding import Finding, ok, problem, warning
from services.cli.up.plan import local_url

_SECONDS = 5


def look_at_service(name: str, url: str) -> Finding:
    """By /health/ready."""
    try:
        with urllib.request.urlopen(f"{url}/health/ready", timeout=_SECONDS) as answer:  # noqa: S310 - ours
            said = json.loads(answer.read())
    except urllib.error.HTTPError as error:
        try:
            said = json.loads(error.read())
        except ValueError:
            said = {"checks": {"answer": str(error.code)}}
        return problem(name, _what(said), "see its log")
    except (OSError, ValueError):
        return warning(name, f"does not answer at {url}", "start it; when it runs elsewhere, ask there")
    if said.get("status") != "ready":
        return warning(name, _what(said), "see its log")
    return ok(name, f"ready at {url}")


def addresses(settings: Settings) -> dict[str, str]:
    return {
        "collector": local_url(settings.collector.host, settings.collector.port),
        "api": local_url(settings.api.host, settings.api.port),
        "worker": local_url(settings.worker.host, settings.worker.port),
    }


def _what(said: object) -> str:
    checks = said.get("checks", {}) if isinstance(said, dict) else {}
    return "; ".join(f"{name}: {outcome}" for name, outcome in checks.items() if outcome != "ok") or "not ready"
