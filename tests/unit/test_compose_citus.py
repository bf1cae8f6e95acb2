"""What deploy/citus/compose.yml adds: servers that are as hardened as the others, and an order to start in."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from common.config import load_settings

ROOT = Path(__file__).parents[2]
BASE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
OVERLAY: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "citus" / "compose.yml").read_text(encoding="utf-8"))
SERVERS = ["citus-1", "citus-2"]
NEW = sorted(OVERLAY["services"].keys() - BASE["services"].keys())


def merged() -> dict[str, Any]:
    """Both files as Compose reads them, as far as they use it: mappings and lists of names join, else the last wins."""
    services = copy.deepcopy(BASE["services"])
    for name, more in OVERLAY["services"].items():
        service = services.setdefault(name, {})
        for key, value in more.items():
            if key in ("environment", "depends_on"):
                service[key] = {**service.get(key, {}), **value}
            elif key in ("networks", "volumes", "secrets"):
                service[key] = [*service.get(key, []), *(each for each in value if each not in service.get(key, []))]
            else:
                service[key] = value
    return services


SERVICES = merged()


def test_there_are_servers_that_hold_shards_and_what_joins_and_fills_them() -> None:
    assert set(NEW) == {*SERVERS, "distribute", "join"}
    assert SERVICES["join"]["command"] == SERVERS


@pytest.mark.parametrize("name", [*NEW, "postgres"])
def test_container_has_minimal_rights(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service.get("cap_add") == (
        BASE["services"]["postgres"]["cap_add"] if name in (*SERVERS, "postgres") else None
    )
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["deploy"]["resources"]["limits"].keys() == {"memory", "pids", "cpus"}
    assert service["logging"] == BASE["services"]["postgres"]["logging"]
    assert "ports" not in service
    assert "privileged" not in service
    assert not [volume for volume in service.get("volumes", []) if "docker.sock" in volume]


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_of_shards_is_as_the_coordinator_is_but_for_its_volume_and_its_network(name: str) -> None:
    own = {"volumes", "networks"}
    server, coordinator = SERVICES[name], SERVICES["postgres"]
    assert {key: server[key] for key in server.keys() - own} == {
        key: coordinator[key] for key in coordinator.keys() - own
    }
    assert server["volumes"] == [f"{name}:/var/lib/postgresql"]
    assert name in OVERLAY["volumes"]


def test_servers_of_shards_are_reached_from_the_coordinator_only() -> None:
    assert OVERLAY["networks"]["citus"]["internal"] is True
    on_it = {name for name, service in SERVICES.items() if "citus" in service["networks"]}
    assert on_it == {*SERVERS, "postgres", "join"}
    assert all(SERVICES[name]["networks"] == ["citus"] for name in SERVERS)


def test_nothing_reads_or_writes_before_the_tables_are_distributed() -> None:
    done, well = {"condition": "service_completed_successfully"}, {"condition": "service_healthy"}
    assert SERVICES["join"]["depends_on"] == {"postgres": well, **dict.fromkeys(SERVERS, well)}
    assert SERVICES["distribute"]["depends_on"] == {"migrate": done, "join": done}
    for name in ("worker", "api"):
        assert SERVICES[name]["depends_on"] == {**BASE["services"][name]["depends_on"], "distribute": done}


def test_the_collector_waits_for_no_database() -> None:
    assert SERVICES["collector"] == BASE["services"]["collector"]


def test_what_distributes_has_the_settings_of_the_migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, migrate = SERVICES["distribute"], BASE["services"]["migrate"]
    assert own["environment"].items() <= {**migrate["environment"]}.items()
    assert own["build"] == migrate["build"]
    for key in ("user", "configs", "tmpfs", "networks"):
        assert own[key] == migrate[key]
    secret = tmp_path / "secret"
    secret.write_text("0" * 64)
    monkeypatch.setenv("PYUNIQVISIT_DATABASE__URL", own["environment"]["PYUNIQVISIT_DATABASE__URL"])
    monkeypatch.setenv("PYUNIQVISIT_DATABASE__PASSWORD_FILE", str(secret))
    load_settings()


def test_the_image_can_be_another_and_has_a_version() -> None:
    assert re.fullmatch(r"\$\{CITUS_IMAGE:-\S+:\d[\w.-]*\}", OVERLAY["x-image"])
    assert {SERVICES[name]["image"] for name in (*SERVERS, "postgres", "join")} == {OVERLAY["x-image"]}


def test_the_coordinators_settings_are_those_of_one_server_and_what_citus_needs() -> None:
    before = {option for option in BASE["services"]["postgres"]["command"] if "max_connections" not in option}
    assert before <= set(SERVICES["postgres"]["command"])
