"""`pyuniqvisit doctor`: what is right, what is wrong, and what to do about it."""

import json
import os
import socket
import ssl
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from common.clock import system_clock, utc
from common.store.accounts import NewSite, create_site
from common.store.migrate import Phase
from services.cli.commands import doctor
from services.cli.doctor import stores
from services.cli.doctor.finding import Level
from services.cli.doctor.machine import look_at_certificate, look_at_geo
from services.cli.doctor.services import look_at_service
from services.cli.doctor.stores import look_at_database, look_at_redis
from services.cli.main import main
from tests.conftest import SHARDS

NOW = utc(system_clock())


def about(findings):
    return {finding.about: finding for finding in findings}


@pytest.fixture
def database(settings):
    async def look(shards=SHARDS, clock=system_clock):
        url = settings.database.url.get_secret_value()
        return about(await look_at_database(url, shards, clock))

    return look


async def test_a_fresh_database_is_well_but_for_its_partitions(pool, database):
    await pool.execute("select drop_partition('visits', (now() + interval '1 month')::date)")
    found = await database()
    assert found["schema"].text.endswith("the newest")
    assert found["dead letters"].level is Level.OK
    assert found["rollups"].level is Level.OK
    assert found["clock of the database"].level is Level.OK
    assert found["partitions"].level is Level.WARNING
    assert found["durability"].level is Level.WARNING, "the tests' own server does not sync"


@pytest.mark.parametrize(
    ("applied", "level", "advice"),
    [("9", Level.OK, ""), ("8", Level.WARNING, "version before"), ("7", Level.PROBLEM, "`pyuniqvisit migrate`")],
)
async def test_of_an_upgrade_is_told_what_is_left_to_do(pool, database, monkeypatch, applied, level, advice):
    monkeypatch.setattr(stores, "newest_revision", lambda through=Phase.POST: "9" if through is Phase.POST else "8")
    await pool.execute("update alembic_version set version_num = $1", applied)
    found = (await database())["schema"]
    assert found.level is level
    assert advice in found.advice


async def test_what_waits_too_long_is_told(pool, database):
    site_id = await create_site(pool, NewSite("shop", "https://shop.example"), NOW)
    await pool.execute("insert into dead_letters values (1, gen_random_uuid(), $1, $2, $2, '', '')", site_id, NOW)
    await pool.execute(
        "insert into stale_days values (0, $1, $2, false, $3)", site_id, NOW.date(), NOW - timedelta(hours=1)
    )
    found = await database()
    assert (found["dead letters"].level, found["dead letters"].text) == (
        Level.WARNING,
        "1 beacons could not be stored",
    )
    assert found["rollups"].level is Level.WARNING
    assert "worker" in found["rollups"].advice


async def test_clocks_that_differ_are_wrong(database, settings, redis):
    ahead = lambda: system_clock() + 30_000  # noqa: E731
    assert (await database(clock=ahead))["clock of the database"].level is Level.PROBLEM
    found = about(await look_at_redis(settings.redis, SHARDS, ahead))
    assert found["clock of redis"].level is Level.PROBLEM
    assert found["clock of redis"].text.startswith(("29.", "30."))


async def test_another_schema_and_other_shards_are_wrong(pool, database):
    assert (await database(shards=SHARDS + 1))["schema"].level is Level.PROBLEM
    await pool.execute("update alembic_version set version_num = '0000'")
    assert "pyuniqvisit migrate" in (await database())["schema"].advice


async def test_a_database_that_is_away_is_one_line():
    [finding] = await look_at_database("postgresql://u:p@127.0.0.1:1/x", SHARDS, system_clock)
    assert (finding.about, finding.level) == ("database", Level.PROBLEM)


async def test_a_redis_that_forgets_is_told(settings, redis):
    found = about(await look_at_redis(settings.redis, SHARDS, system_clock))
    assert found["redis"].level is Level.OK
    assert "appendonly" in found["redis persistence"].text
    assert found["backlog"].text.startswith("0 ")


def test_an_old_geo_database_and_a_missing_one_are_told(settings, tmp_path):
    path = tmp_path / "GeoLite2-City.mmdb"
    worker = settings.worker.model_copy(update={"geo": settings.worker.geo.model_copy(update={"database": path})})
    chosen = settings.model_copy(update={"worker": worker})
    assert "missing" in look_at_geo(chosen, NOW).text
    path.touch()
    assert look_at_geo(chosen, NOW).level is Level.OK
    os.utime(path, (NOW.timestamp() - 200 * 86_400,) * 2)
    assert look_at_geo(chosen, NOW).level is Level.WARNING


class Ready(BaseHTTPRequestHandler):
    said: tuple[int, dict[str, object]]

    def do_GET(self):
        status, body = self.said
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_):
        pass


@pytest.mark.parametrize(
    ("status", "said", "level"),
    [
        (200, {"status": "ready", "checks": {"redis": "ok"}}, Level.OK),
        (200, {"status": "degraded", "checks": {"redis": "no answer"}}, Level.WARNING),
        (503, {"status": "not ready", "checks": {"database": "OSError"}}, Level.PROBLEM),
    ],
)
def test_services_are_asked_themselves(status, said, level):
    handler = type("Handler", (Ready,), {"said": (status, said)})
    server = HTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    found = look_at_service("api", f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()
    assert found.level is level
    assert level is Level.OK or next(iter(said["checks"].values())) in found.text


def test_a_service_that_is_not_there_is_only_to_be_looked_at():
    assert look_at_service("api", "http://127.0.0.1:1").level is Level.WARNING


@pytest.mark.parametrize(
    "reply",
    [b"SSH-2.0-OpenSSH_9.9\r\n", b"HTTP/1.0 200 OK\r\n\r\n[1]", b"HTTP/1.0 404 Not Found\r\n\r\nnothing here", b""],
    ids=["no HTTP", "another service", "a page", "nothing"],
)
def test_another_program_at_a_services_address_is_told_and_stops_nothing(reply):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(reply)

        Thread(target=answer, daemon=True).start()
        found = look_at_service("collector", f"http://127.0.0.1:{server.getsockname()[1]}")
    assert found.level is Level.WARNING
    assert found.advice


def test_a_look_that_fails_is_a_finding_and_keeps_nobody_from_the_others(monkeypatch, tmp_path, capsys):
    def fails(_settings):
        raise PermissionError(13, "Permission denied", "/var/spool/uv")

    monkeypatch.setattr(doctor, "look_at_disks", fails)
    monkeypatch.setenv("PYUNIQVISIT_DATA_DIR", str(tmp_path))
    with pytest.raises(SystemExit):
        main(["doctor", "--json"])
    found = {each["about"]: each for each in json.loads(capsys.readouterr().out)}
    assert found["disks"]["text"] == "/var/spool/uv: Permission denied"
    assert "user" in found["disks"]["advice"]
    assert "geo database" in found


def test_a_certificate_nobody_trusts_is_wrong(tmp_path):
    server = HTTPServer(("127.0.0.1", 0), Ready)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*made_certificate(tmp_path))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.handle_request, daemon=True)
    thread.start()
    found = look_at_certificate(f"https://localhost:{server.server_port}", NOW)
    thread.join()
    server.server_close()
    assert found.level is Level.PROBLEM
    assert look_at_certificate("http://localhost", NOW) is None
    assert look_at_certificate(None, NOW) is None
    assert look_at_certificate("https://127.0.0.1:1", NOW).level is Level.WARNING


def made_certificate(folder):
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


def test_the_screen_has_a_line_for_everything_and_the_exit_code_says_whether_it_is_well(
    settings, valkey, monkeypatch, tmp_path, capsys
):
    url = settings.database.url.get_secret_value()
    wanted = {"DATABASE__URL": url, "REDIS__URL": valkey.url, "DATA_DIR": str(tmp_path), "INSTALL__SHARDS": f"{SHARDS}"}
    for name, value in wanted.items():
        monkeypatch.setenv(f"PYUNIQVISIT_{name}", value)
    monkeypatch.setenv("PYUNIQVISIT_API__JWT_SECRET", "a secret of the tests, 32 letters or more")
    for service in ("API", "COLLECTOR", "WORKER"):
        monkeypatch.setenv(f"PYUNIQVISIT_{service}__PORT", "1")
    assert main(["doctor"]) == 0, capsys.readouterr().out
    said = capsys.readouterr().out
    for line in (
        "PostgreSQL",
        "Valkey",
        "schema",
        "clock of redis",
        "geo database",
        "disk of data",
        "secrets",
        "0 wrong",
    ):
        assert line in said

    monkeypatch.setenv("PYUNIQVISIT_REDIS__URL", "redis://127.0.0.1:1")
    with pytest.raises(SystemExit) as end:
        main(["doctor", "--json"])
    assert end.value.code == 1
    found = {each["about"]: each for each in json.loads(capsys.readouterr().out)}
    assert found["redis"]["level"] == "problem"
    assert found["database"]["level"] == "ok"
