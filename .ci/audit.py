"""Check installed packages for known vulnerabilities: `pip-audit` for Python, `npm audit` for the web code.

Fails for a known vulnerability. If a registry does not respond, or has none of our packages, it prints a clear warning
and does not fail, so that the other checks can run offline.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
REQUIREMENTS = ("requirements-dev.txt", "requirements-node.txt")
"""The first includes the packages of all others."""
PIP_AUDIT = "pip-audit==2.10.1"
_ENVIRONMENT = ROOT / ".venv" / "audit"
_SECONDS = 180
_FAILING_SEVERITIES = ("high", "critical")


class NoAnswerError(Exception):
    """A registry did not return a readable response."""


def run(*command: str, folder: Path = ROOT) -> str:
    """Return the output of a command. Raise ``NoAnswerError``."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoAnswerError(str(error)) from None
    if not done.stdout.lstrip().startswith("{"):
        raise NoAnswerError((done.stderr.strip().splitlines() or ["no answer"])[-1])
    return done.stdout


def python_vulnerabilities(report: Any) -> list[str]:
    """Return one line per vulnerability in ``pip-audit``'s report. Raise ``NoAnswerError`` if it looked nothing up."""
    dependencies = report["dependencies"]
    if all("vulns" not in each for each in dependencies):
        raise NoAnswerError("the registry knows none of our packages")
    return [
        f"{each['name']} {each['version']}: {found['id']}, fixed in {', '.join(found['fix_versions']) or 'none'}"
        for each in dependencies
        for found in each.get("vulns", ())
    ]


def node_vulnerabilities(report: Any) -> list[str]:
    """Return one line per package with a serious vulnerability in ``npm audit``'s report. Raise ``NoAnswerError``."""
    if "vulnerabilities" not in report:
        raise NoAnswerError(str(report.get("message") or report.get("error", "no answer")))
    return [
        f"{name}: {found['severity']} in {found['range']}"
        for name, found in report["vulnerabilities"].items()
        if found["severity"] in _FAILING_SEVERITIES
    ]


def audit_python() -> list[str]:
    # In a separate environment, because its packages are not our dependencies.
    executable = _ENVIRONMENT / "bin" / "pip-audit"
    if not executable.exists():
        for command in (
            [sys.executable, "-m", "venv", str(_ENVIRONMENT)],
            [str(_ENVIRONMENT / "bin" / "pip"), "install", "-q", "--disable-pip-version-check", PIP_AUDIT],
        ):
            try:
                subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True)  # noqa: S603
            except (OSError, subprocess.SubprocessError):
                raise NoAnswerError(f"{PIP_AUDIT} could not be installed") from None
    found: list[str] = []
    for name in REQUIREMENTS:
        options = ("--disable-pip", "--require-hashes", "--progress-spinner", "off", "--timeout", "10", "-f", "json")
        found += python_vulnerabilities(json.loads(run(str(executable), *options, "-r", str(ROOT / "deploy" / name))))
    return found


def audit_node() -> list[str]:
    return node_vulnerabilities(json.loads(run(str(ROOT / ".ci" / "npm"), "audit", "--json")))


def main(audits: Sequence[Any] = (audit_python, audit_node)) -> int:
    code = 0
    for audit in audits:
        try:
            found = audit()
        except (NoAnswerError, ValueError, KeyError) as error:
            sys.stderr.write(f"!!! NOT AUDITED ({audit.__name__}): {error}\n")
            continue
        for line in found:
            sys.stderr.write(f"{audit.__name__}: {line}\n")
            code = 1
    return code


if __name__ == "__main__":
    sys.exit(main())
