"""What is measured, and that the documentation, the dashboard and the alerts speak of nothing else."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from prometheus_client import CollectorRegistry

from services.api.http.middleware import timing_middleware
from services.collector.app import create_app
from services.collector.prometheus import CollectorMetrics
from services.worker.prometheus import WorkerMetrics
from tests.support.servers import settings_for

ROOT = Path(__file__).parents[2]
MONITORING = ROOT / "deploy" / "monitoring"
METRICS_PAGE = ROOT / "docs" / "reference" / "monitoring.md"
ALERTS_PAGE = ROOT / "docs" / "how-to" / "respond-to-an-alert.md"
OWN = re.compile(r"\bpyuniqvisit_(?:collector|worker|api)_[a-z_]+\b")
SUFFIX = re.compile(r"_(total|bucket|count|sum)$")


@pytest.fixture(scope="module")
def measured() -> set[str]:
    """The names of all metrics of our own, without what Prometheus puts behind them."""
    registry = CollectorRegistry()
    WorkerMetrics(registry)
    timing_middleware(registry)
    names = {metric.name for metric in registry.collect()}
    text = (ROOT / "services" / "collector" / "app.py").read_text() + (
        ROOT / "services" / "collector" / "prometheus.py"
    ).read_text()
    assert create_app(settings_for("postgresql://unused", "redis://unused"))
    return names | set(re.findall(r'"(pyuniqvisit_collector_[a-z_]+)"', text))


def spoken_of(text: str) -> set[str]:
    return {SUFFIX.sub("", name) for name in OWN.findall(text)}


def test_every_metric_is_documented_and_every_documented_one_exists(measured):
    documented = set(
        re.findall(r"^\| `(pyuniqvisit_(?:collector|worker|api)_[a-z_]+)", METRICS_PAGE.read_text(), re.MULTILINE)
    )
    assert {SUFFIX.sub("", name) for name in documented} == measured


def test_alerts_and_the_dashboard_ask_for_what_is_measured(measured):
    rules = [
        rule for group in yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"] for rule in group["rules"]
    ]
    dashboard = json.loads((MONITORING / "grafana" / "dashboards" / "pyuniqvisit.json").read_text())
    asked = [rule["expr"] for rule in rules]
    asked += [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    assert len(asked) > 20
    assert spoken_of(" ".join(asked)) <= measured


def test_what_alerts_ask_for_by_its_outcome_is_there_before_the_first_time():
    registry = CollectorRegistry()
    WorkerMetrics(registry)
    CollectorMetrics(registry)
    rules = (MONITORING / "alerts.yml").read_text()
    asked = re.findall(r'(pyuniqvisit_(?:collector|worker)_\w+)\{outcome="([^"]+)"\}', rules)
    assert len(asked) > 1
    assert [one for one in asked if registry.get_sample_value(one[0], {"outcome": one[1]}) != 0] == []


def test_documentation_describes_every_alert():
    rules = yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"][0]["rules"]
    described = ALERTS_PAGE.read_text()
    assert [rule["alert"] for rule in rules if f"`{rule['alert']}`" not in described] == []


@pytest.mark.parametrize(
    "arguments", [("check", "rules", "alerts.yml"), ("test", "rules", "alerts_test.yml")], ids=lambda a: a[0]
)
def test_promtool_accepts_the_rules(arguments):
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("THE ALERT RULES ARE NOT CHECKED: promtool is missing; install Debian's `prometheus`")
    done = subprocess.run([promtool, *arguments], cwd=MONITORING, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
