"""What `up` is going to run."""

from pathlib import Path

from common.config import without_settings
from services.cli.up.data_dir import DataDir
from services.cli.up.plan import make_plan, snippet
from services.cli.up.report import report
from services.cli.up.secrets import Secrets
from tests.support.servers import settings_for

DATA = DataDir(Path("/srv/data"))
SECRETS = Secrets("the database password", "the signing secret")


def plan(**parts: object):
    settings = settings_for("postgresql://unused", "redis://unused", **parts)
    return make_plan(settings, DATA, SECRETS, {"redis.url": "unix:///srv/data/valkey.sock"})


def test_services_stop_before_what_they_need_because_they_start_after_it() -> None:
    assert [service.name for service in plan().services] == ["api", "worker", "collector"]


def test_children_are_told_ports_embedded_servers_and_the_demo() -> None:
    told = plan(api={"port": 9000}, collector={"port": 9001}).settings
    assert told["api.port"] == "9000"
    assert told["collector.port"] == "9001"
    assert told["redis.url"] == "unix:///srv/data/valkey.sock"
    assert told["api.demo"] == "true"
    assert told["collector.registry_file"] == "/srv/data/registry.json"


def test_the_api_passes_beacons_on_to_the_collector_which_believes_it_whose_they_are() -> None:
    told = plan(collector={"port": 9001, "trusted_proxies": ["10.0.0.0/8"]}).settings
    assert told["api.collector_url"] == "http://127.0.0.1:9001"
    assert told["collector.trusted_proxies"] == '["10.0.0.0/8", "127.0.0.0/8", "::1/128"]'


def test_a_server_of_the_operators_own_is_not_handed_over_because_children_read_it_themselves() -> None:
    assert "database.url" not in plan().settings


def test_the_collector_is_told_of_no_database_and_of_no_secret() -> None:
    environment = {
        "PYUNIQVISIT_DATABASE__URL": "postgresql://…",
        "PYUNIQVISIT_DATABASE__PASSWORD_FILE": "/run/secrets/database",
        "PYUNIQVISIT_API__JWT_SECRET": "a secret",
        "PYUNIQVISIT_MAIL__PASSWORD": "another",
        "PYUNIQVISIT_REDIS__URL": "redis://…",
        "PATH": "/usr/bin",
    }
    told = {service.name: without_settings(environment, service.withheld) for service in plan().services}
    assert told["collector"].keys() == {"PYUNIQVISIT_REDIS__URL", "PATH"}
    assert "PYUNIQVISIT_API__JWT_SECRET" not in told["worker"]
    assert "PYUNIQVISIT_DATABASE__URL" in told["worker"]
    assert "PYUNIQVISIT_MAIL__PASSWORD" not in told["api"]


def test_the_signing_secret_is_ours_unless_the_settings_have_one() -> None:
    assert plan(api={}).settings["api.jwt_secret"] == SECRETS.jwt_secret
    assert "api.jwt_secret" not in plan().settings


def test_a_service_that_listens_everywhere_is_visited_on_this_machine() -> None:
    made = plan(api={"host": "0.0.0.0", "port": 80}, collector={"host": "::", "port": 81})
    assert made.api_url == "http://127.0.0.1:80"
    assert made.collector_url == "http://[::1]:81"


def test_the_snippet_names_where_browsers_reach_the_collector() -> None:
    made = plan(collector={"public_url": "https://stats.example.com/"})
    assert snippet(made.collector_url, "demo") == (
        '<script defer src="https://stats.example.com/uv.js" data-site="demo"></script>'
    )


def test_the_report_shows_a_password_only_when_it_is_new() -> None:
    assert "open sesame" in report(plan(), 1.0, "logs", True, "open sesame")
    assert "PYUNIQVISIT_ADMIN_PASSWORD" in report(plan(), 1.0, "logs", True, None)
    assert "first start" in report(plan(), 1.0, "logs", False, None)


def test_secrets_do_not_show_themselves() -> None:
    assert "password" not in repr(SECRETS)
