"""Web sources cannot execute scripts that arrive as data, such as the name of a page."""

import re
from pathlib import Path

import pytest

from services.api.pages.headers import DASHBOARD

WEB = Path(__file__).parents[2] / "services" / "web"
SOURCES = sorted(path for folder in ("dashboard", "docs", "tracker") for path in (WEB / folder / "src").rglob("*.ts*"))
SINKS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|srcdoc|createContextualFragment"
    r"|\beval\(|new Function\(|javascript:"
)


def test_sources_are_found() -> None:
    assert len(SOURCES) > 50


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_sources_have_no_html_or_code_sinks(path: Path) -> None:
    assert SINKS.findall(path.read_text(encoding="utf-8")) == []


def test_dashboard_runs_only_scripts_of_its_own_origin() -> None:
    policy = dict(part.strip().split(" ", 1) for part in DASHBOARD["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert not any("unsafe" in value for value in policy.values())
