"""`pyuniqvisit doctor`: results of every check, and advice."""

import json
import os
import socket
import ssl
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from common.clock import system_clock, utc
from common.sites import SiteSettings
from common.store.accounts import create_site
from common.store.migrate import Phase
from services.cli.commands import doctor
from services.cli.doctor import database as database_checks
from services.cli.doctor.check_result import Severity
from services.cli.doctor.database import check_database
from services.cli.doctor.machine import check_certificate, check_geo_database
from services.cli.doctor.redis import check_redis
from services.cli.doctor.services import check_service
from services.cli.main import main
from tests.conftest import SHARDS

NOW = utc(system_clock())


def by_check(results):
    return {result.check: result for result in results}


@pytest.fixture
def database(settings):
    async def run(shards=SHARDS, clock=system_clock):
        url = settings.database.url.get_secret_value()
        return by_check(await check_database(url, shards, clock))

    return run


async def test_fresh_database_has_only_warnings(pool, database):
    await pool.execute("select drop_partition('visits', (now() + interval '1 month')::date)")
    found = await database()
    assert found["schema"].text.endswith("up to date")
    assert found["dead letters"].severity is Severity.OK
    assert found["rollups"].severity is Severity.OK
    assert found["database clock"].severity is Severity.OK
    assert found["partitions"].severity is Severity.WARNING
    assert found["durability"].severity is Severity.WARNING, "the tests' own server does not sync"


@pytest.mark.parametrize(
    ("applied", "severity", "advice"),
    [
        ("9", Severity.OK, ""),
        ("8", Severity.WARNING, "previous version"),
        ("7", Severity.PROBLEM, "`pyuniqvisit migrate`"),
    ],
)
async def test_unfinished_upgrade_is_reported(pool, database, monkeypatch, applied, severity, advice):
    monkeypatch.setattr(
        database_checks, "newest_revision", lambda through=Phase.POST: "9" if through is Phase.POST else "8"
    )
    await pool.execute("update alembic_version set version_num = $1", applied)
    found = (await database())["schema"]
    assert found.severity is severity
    assert advice in found.advice


async def test_late_work_is_reported(pool, database):
    site_id = await create_site(pool, SiteSettings("shop", "https://shop.example"), NOW)
    await pool.execute("insert into dead_letters values (1, gen_random_uuid(), $1, $2, $2, '', '')", site_id, NOW)
    await pool.execute(
        "insert into stale_days values (0, $1, $2, false, $3)", site_id, NOW.date(), NOW - timedelta(hours=1)
    )
    found = await database()
    assert (found["dead letters"].severity, found["dead letters"].text) == (
        Severity.WARNING,
        "1 beacons could not be stored",
    )
    assert found["rollups"].severity is Severity.WARNING
    assert "worker" in found["rollups"].advice


async def test_clock_skew_is_a_problem(database, settings, redis):
    ahead = lambda: system_clock() + 30_000  # noqa: E731
    assert (await database(clock=ahead))["database clock"].severity is Severity.PROBLEM
    found = by_check(await check_redis(settings.redis, SHARDS, ahead))
    assert found["redis clock"].severity is Severity.PROBLEM
    assert found["redis clock"].text.startswith(("29.", "30."))


async def test_wrong_schema_or_shards_are_a_problem(pool, database):
    assert (await database(shards=SHARDS + 1))["schema"].severity is Severity.PROBLEM
    await pool.execute("update alembic_version set version_num = '0000'")
    assert "pyuniqvisit migrate" in (await database())["schema"].advice


async def test_unreachable_database_is_one_result():
    [result] = await check_database("postgresql://u:p@127.0.0.1:1/x", SHARDS, system_clock)
    assert (result.check, result.severity) == ("database", Severity.PROBLEM)


async def test_redis_without_persistence_is_reported(settings, redis):
    found = by_check(await check_redis(settings.redis, SHARDS, system_clock))
    assert found["redis"].severity is Severity.OK
    assert "appendonly" in found["redis persistence"].text
    assert found["backlog"].text.startswith("0 ")


def test_old_or_missing_geo_database_is_reported(settings, tmp_path):
    path = tmp_path / "GeoLite2-City.mmdb"
    worker = settings.worker.model_copy(update={"geo": settings.worker.geo.model_copy(update={"database": path})})
    chosen = settings.model_copy(update={"worker": worker})
    assert "missing" in check_geo_database(chosen, NOW).text
    path.touch()
    assert check_geo_database(chosen, NOW).severity is Severity.OK
    os.utime(path, (NOW.timestamp() - 200 * 86_400,) * 2)
    assert check_geo_database(chosen, NOW).severity is Severity.WARNING


class HealthHandler(BaseHTTPRequestHandler):
    response: tuple[int, dict[str, object]]

    def do_GET(self):
        status, body = self.response
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_):
        pass


@pytest.mark.parametrize(
    ("status", "report", "severity"),
    [
        (200, {"status": "ready", "checks": {"redis": "ok"}}, Severity.OK),
        (200, {"status": "degraded", "checks": {"redis": "no answer"}}, Severity.WARNING),
        (503, {"status": "not ready", "checks": {"database": "OSError"}}, Severity.PROBLEM),
    ],
)
def test_services_are_checked_by_their_health_endpoint(status, report, severity):
    handler = type("Handler", (HealthHandler,), {"response": (status, report)})
    server = HTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    found = check_service("api", f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()
    assert found.severity is severity
    assert severity is Severity.OK or next(iter(report["checks"].values())) in found.text


def test_unreachable_service_is_a_warning():
    assert check_service("api", "http://127.0.0.1:1").severity is Severity.WARNING


@pytest.mark.parametrize(
    "reply",
    [b"SSH-2.0-OpenSSH_9.9\r\n", b"HTTP/1.0 200 OK\r\n\r\n[1]", b"HTTP/1.0 404 Not Found\r\n\r\nnothing here", b""],
    ids=["no HTTP", "another service", "a page", "nothing"],
)
def test_other_application_at_port_is_a_warning(reply):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(reply)

        Thread(target=answer, daemon=True).start()
        found = check_service("collector", f"http://127.0.0.1:{server.getsockname()[1]}")
    assert found.severity is Severity.WARNING
    assert found.advice


def test_failed_check_is_reported_and_other_checks_run(monkeypatch, tmp_path, capsys):
    def fails(_settings):
        raise PermissionError(13, "Permission denied", "/var/spool/uv")

    monkeypatch.setattr(doctor, "check_disks", fails)
    monkeypatch.setenv("PYUNIQVISIT_DATA_DIR", str(tmp_path))
    with pytest.raises(SystemExit):
        main(["doctor", "--json"])
    found = {each["check"]: each for each in json.loads(capsys.readouterr().out)}
    assert found["disks"]["text"] == "/var/spool/uv: Permission denied"
    assert "user" in found["disks"]["advice"]
    assert "geo database" in found


def test_untrusted_certificate_is_a_problem(tmp_path):
    server = HTTPServer(("127.0.0.1", 0), HealthHandler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*create_certificate(tmp_path))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.handle_request, daemon=True)
    thread.start()
    found = check_certificate(f"https://localhost:{server.server_port}", NOW)
    thread.join()
    server.server_close()
    assert found.severity is Severity.PROBLEM
    assert check_certificate("http://localhost", NOW) is None
    assert check_certificate(None, NOW) is None
    assert check_certificate("https://127.0.0.1:1", NOW).severity is Severity.WARNING


def create_certificate(folder):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW - timedelta(1), NOW + timedelta(1))
    (folder / "certificate").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    (folder / "key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder / "certificate", folder / "key"


def test_output_has_every_check_and_exit_code_reports_problems(settings, valkey, monkeypatch, tmp_path, capsys):
    url = settings.database.url.get_secret_value()
    wanted = {"DATABASE__URL": url, "REDIS__URL": valkey.url, "DATA_DIR": str(tmp_path), "INSTALL__SHARDS": f"{SHARDS}"}
    for name, value in wanted.items():
        monkeypatch.setenv(f"PYUNIQVISIT_{name}", value)
    monkeypatch.setenv("PYUNIQVISIT_API__JWT_SECRET", "a secret of the tests, 32 letters or more")
    for service in ("API", "COLLECTOR", "WORKER"):
        monkeypatch.setenv(f"PYUNIQVISIT_{service}__PORT", "1")
    assert main(["doctor"]) == 0, capsys.readouterr().out
    output = capsys.readouterr().out
    for line in (
        "PostgreSQL",
        "Valkey",
        "schema",
        "redis clock",
        "geo database",
        "data disk",
        "secrets",
        "Problems: 0",
    ):
        assert line in output

    monkeypatch.setenv("PYUNIQVISIT_REDIS__URL", "redis://127.0.0.1:1")
    with pytest.raises(SystemExit) as end:
        main(["doctor", "--json"])
    assert end.value.code == 1
    found = {each["check"]: each for each in json.loads(capsys.readouterr().out)}
    assert found["redis"]["severity"] == "problem"
    assert found["database"]["severity"] == "ok"
