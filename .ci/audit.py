"""Whether a known weakness is in what we install: `pip-audit` for Python, `npm audit` for the web parts.

Fails for a weakness that is known. Where a registry does not answer, or knows nothing of our packages, it says so
loudly and does not fail: whoever works without the Internet checks everything else.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
REQUIREMENTS = ("requirements-dev.txt", "requirements-node.txt")
"""The first has all that any of the others has."""
PIP_AUDIT = "pip-audit==2.10.1"
_PLACE = ROOT / ".venv" / "audit"
_SECONDS = 180
_WORTH_FAILING = ("high", "critical")


class NoAnswerError(Exception):
    """A registry said nothing that could be read."""


def run(*command: str, folder: Path = ROOT) -> str:
    """What it printed. Raises ``NoAnswerError``."""
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoAnswerError(str(error)) from None
    if not done.stdout.lstrip().startswith("{"):
        raise NoAnswerError((done.stderr.strip().splitlines() or ["no answer"])[-1])
    return done.stdout


def weak_python(report: Any) -> list[str]:
    """One line for each weakness of ``pip-audit``'s report. Raises ``NoAnswerError`` where nothing was looked up."""
    dependencies = report["dependencies"]
    if all("vulns" not in each for each in dependencies):
        raise NoAnswerError("the registry knows none of our packages")
    return [
        f"{each['name']} {each['version']}: {weakness['id']}, mended in {', '.join(weakness['fix_versions']) or 'none'}"
        for each in dependencies
        for weakness in each.get("vulns", ())
    ]


def weak_node(report: Any) -> list[str]:
    """One line for each package of ``npm audit``'s report that has a serious weakness. Raises ``NoAnswerError``."""
    if "vulnerabilities" not in report:
        raise NoAnswerError(str(report.get("message") or report.get("error", "no answer")))
    return [
        f"{name}: {found['severity']} in {found['range']}"
        for name, found in report["vulnerabilities"].items()
        if found["severity"] in _WORTH_FAILING
    ]


def audit_python() -> list[str]:
    # In a place of its own: what it needs is none of our dependencies.
    program = _PLACE / "bin" / "pip-audit"
    if not program.exists():
        for command in (
            [sys.executable, "-m", "venv", str(_PLACE)],
            [str(_PLACE / "bin" / "pip"), "install", "-q", "--disable-pip-version-check", PIP_AUDIT],
        ):
            try:
                subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True)  # noqa: S603
            except (OSError, subprocess.SubprocessError):
                raise NoAnswerError(f"{PIP_AUDIT} could not be installed") from None
    found: list[str] = []
    for name in REQUIREMENTS:
        options = ("--disable-pip", "--require-hashes", "--progress-spinner", "off", "--timeout", "10", "-f", "json")
        found += weak_python(json.loads(run(str(program), *options, "-r", str(ROOT / "deploy" / name))))
    return found


def audit_node() -> list[str]:
    return weak_node(json.loads(run(str(ROOT / ".ci" / "npm"), "audit", "--json")))


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
