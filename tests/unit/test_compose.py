"""docker-compose.yml and the gateway: hardened containers, existing settings, every route reachable."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from common.config import load_settings
from services.collector.app import create_app
from tests.support.servers import settings_for

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
LASTING = sorted(SERVICES.keys() - {"migrate"})
OURS = ["api", "collector", "migrate", "worker"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_container_has_minimal_rights(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["deploy"]["resources"]["limits"].keys() == {"memory", "pids", "cpus"}
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}


@pytest.mark.parametrize("name", [*OURS, "gateway"])
def test_own_container_does_not_run_as_root(name: str) -> None:
    assert SERVICES[name]["user"] == "10001:10001"


def test_collector_has_no_database_and_no_secret() -> None:
    collector = SERVICES["collector"]
    assert not [
        name for name in collector["environment"] if "DATABASE" in name or "SECRET" in name or "PASSWORD" in name
    ]
    assert "secrets" not in collector
    assert "migrate" not in collector["depends_on"]
    assert "postgres" not in collector["depends_on"]


def test_only_worker_and_geoipupdate_reach_internet_and_only_api_signs_tokens() -> None:
    assert [name for name, service in SERVICES.items() if "outside" in service["networks"]] == ["worker", "geoipupdate"]
    assert [name for name, service in SERVICES.items() if "jwt_secret" in service.get("secrets", [])] == ["api"]
    assert [name for name, service in SERVICES.items() if "admin_password" in service.get("secrets", [])] == ["migrate"]


def test_base_images_are_arguments_with_version() -> None:
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"^ARG (\w+_IMAGE)=\S+:\d\S*$", dockerfile, re.MULTILINE) == [*COMPOSE["x-base-images"]]
    stages = set(re.findall(r" AS (\S+)$", dockerfile, re.MULTILINE))
    for base in re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE):
        assert base.startswith("${") or base in stages, base
    for name, service in SERVICES.items():
        if "image" in service:
            assert re.fullmatch(r"\$\{\w+_IMAGE:-\S+:v?\d[\w.-]*\}", service["image"]), name


def test_no_build_stage_ends_as_root() -> None:
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    ground = dockerfile[dockerfile.index(" AS ground") : dockerfile.index("FROM ground AS base")]
    assert re.findall(r"^USER (.+)$", ground, re.MULTILINE) == ["10001:10001"]
    assert set(re.findall(r"^USER (.+)$", dockerfile, re.MULTILINE)) == {"10001:10001"}


@pytest.mark.parametrize("name", LASTING)
def test_long_running_container_has_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_container_waits_for_healthy_dependencies(name: str) -> None:
    for needed, how in SERVICES[name].get("depends_on", {}).items():
        done = "service_completed_successfully" if needed == "migrate" else "service_healthy"
        assert how == {"condition": done}


def test_only_gateway_is_reachable_from_outside() -> None:
    opened = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert opened.keys() == {"gateway", "grafana"}
    assert all(port.startswith("127.0.0.1:") for port in opened["grafana"]), "for this machine only"
    assert COMPOSE["networks"]["data"]["internal"] is True
    assert {name for name, service in SERVICES.items() if "edge" in service["networks"]} == {
        "gateway",
        "collector",
        "api",
    }


@pytest.mark.parametrize("name", ["collector", "worker"])
def test_scalable_service_has_no_unique_resources(name: str) -> None:
    assert not SERVICES[name].keys() & {"container_name", "hostname", "ports"}


@pytest.mark.parametrize("name", OURS)
def test_settings_of_container_exist(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret"
    secret.write_text("0" * 64)
    for variable, value in SERVICES[name]["environment"].items():
        if variable == "PYUNIQVISIT_CONFIG":
            value = ROOT / "deploy" / "config.compose.yml"
        elif str(value).startswith("/run/secrets/"):
            assert Path(value).name in SERVICES[name]["secrets"]
            value = secret
        if value is not None:
            monkeypatch.setenv(variable, str(value))
    load_settings()


def test_make_secrets_creates_every_secret() -> None:
    made = re.findall(r"^make (\w+) \d+$", (ROOT / "deploy" / "make-secrets.sh").read_text(), re.MULTILINE)
    assert set(made) == set(COMPOSE["secrets"])
    assert [COMPOSE["secrets"][name]["file"] for name in made] == [f"./deploy/secrets/{name}.txt" for name in made]


def test_gateway_routes_every_collector_path_to_collectors() -> None:
    caddyfile = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    found = re.search(r"@beacons path (.+)", caddyfile)
    assert found is not None
    collector = create_app(settings_for("postgresql://unused", "redis://unused"))
    paths = {route.resource.canonical for route in collector.router.routes() if route.resource}
    assert set(found[1].split()) == paths - {"/health/live", "/health/ready", "/metrics"}


def test_gateway_hides_health_and_metrics() -> None:
    caddyfile = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    found = re.search(r"@inside path (.+)\n\s+handle @inside \{\s+respond 404\s+\}", caddyfile)
    assert found is not None
    assert set(found[1].split()) == {"/metrics", "/metrics/*", "/health/*"}
    assert found.start() < caddyfile.index("@beacons"), "before anything is passed on"


def test_collector_responses_are_sandboxed() -> None:
    caddyfile = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    beacons = caddyfile[caddyfile.index("handle @beacons {") : caddyfile.rindex("handle {")]
    sandboxed = r"header \{\s+Content-Security-Policy \"default-src 'none'; sandbox\"\s+defer\s+\}"
    assert re.search(sandboxed, beacons), "set last, whatever the collector sends"


def test_gateway_sends_strict_transport_security() -> None:
    caddyfile = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    assert re.search(r"header Strict-Transport-Security max-age=15552000\n", caddyfile)


def test_gateway_logs_contain_no_request_data() -> None:
    caddyfile = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
    assert re.search(r"log \{\s+format filter \{\s+wrap json\s+fields \{\s+request delete\s+\}", caddyfile)
