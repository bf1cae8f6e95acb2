"""The services that `up` plans, and its startup message."""

from pathlib import Path

from common.config import without_settings
from common.snippet import script_tag
from services.cli.up.data_dir import DataDir
from services.cli.up.plan import make_plan
from services.cli.up.secrets import Secrets
from services.cli.up.startup_message import startup_message
from tests.support.servers import settings_for

DATA = DataDir(Path("/srv/data"))
SECRETS = Secrets("the database password", "the signing secret")


def plan(**parts: object):
    settings = settings_for("postgresql://unused", "redis://unused", **parts)
    return make_plan(settings, DATA, SECRETS, {"redis.url": "unix:///srv/data/valkey.sock"})


def test_services_start_after_the_services_they_need() -> None:
    assert [service.name for service in plan().services] == ["api", "worker", "collector"]


def test_children_receive_ports_embedded_servers_and_demo() -> None:
    child_settings = plan(api={"port": 9000}, collector={"port": 9001}).settings
    assert child_settings["api.port"] == "9000"
    assert child_settings["collector.port"] == "9001"
    assert child_settings["redis.url"] == "unix:///srv/data/valkey.sock"
    assert child_settings["api.demo"] == "true"
    assert child_settings["collector.registry_file"] == "/srv/data/registry.json"


def test_collector_trusts_client_addresses_from_api() -> None:
    child_settings = plan(collector={"port": 9001, "trusted_proxies": ["10.0.0.0/8"]}).settings
    assert child_settings["api.collector_url"] == "http://127.0.0.1:9001"
    assert child_settings["collector.trusted_proxies"] == '["10.0.0.0/8", "127.0.0.0/8", "::1/128"]'


def test_configured_server_is_not_passed_because_children_read_it() -> None:
    assert "database.url" not in plan().settings


def test_collector_receives_no_database_and_no_secret() -> None:
    environment = {
        "PYUNIQVISIT_DATABASE__URL": "postgresql://…",
        "PYUNIQVISIT_DATABASE__PASSWORD_FILE": "/run/secrets/database",
        "PYUNIQVISIT_API__JWT_SECRET": "a secret",
        "PYUNIQVISIT_MAIL__PASSWORD": "another",
        "PYUNIQVISIT_REDIS__URL": "redis://…",
        "PATH": "/usr/bin",
    }
    child_settings = {service.name: without_settings(environment, service.withheld) for service in plan().services}
    assert child_settings["collector"].keys() == {"PYUNIQVISIT_REDIS__URL", "PATH"}
    assert "PYUNIQVISIT_API__JWT_SECRET" not in child_settings["worker"]
    assert "PYUNIQVISIT_DATABASE__URL" in child_settings["worker"]
    assert "PYUNIQVISIT_MAIL__PASSWORD" not in child_settings["api"]


def test_signing_secret_is_generated_unless_configured() -> None:
    assert plan(api={}).settings["api.jwt_secret"] == SECRETS.jwt_secret
    assert "api.jwt_secret" not in plan().settings


def test_service_on_all_interfaces_is_reached_locally() -> None:
    made = plan(api={"host": "0.0.0.0", "port": 80}, collector={"host": "::", "port": 81})
    assert made.api_url == "http://127.0.0.1:80"
    assert made.collector_url == "http://[::1]:81"


def test_snippet_uses_public_url_of_collector() -> None:
    made = plan(collector={"public_url": "https://stats.example.com/"})
    assert script_tag(made.collector_url, "demo") == (
        '<script defer src="https://stats.example.com/uv.js" data-site="demo"></script>'
    )


def test_startup_message_shows_only_new_password() -> None:
    assert "open sesame" in startup_message(plan(), 1.0, "logs", True, "open sesame")
    assert "PYUNIQVISIT_ADMIN_PASSWORD" in startup_message(plan(), 1.0, "logs", True, None)
    assert "first start" in startup_message(plan(), 1.0, "logs", False, None)


def test_secrets_are_hidden_in_repr() -> None:
    assert "password" not in repr(SECRETS)
