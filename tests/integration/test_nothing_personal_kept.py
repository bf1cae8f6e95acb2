"""No personal data is stored: the test searches every byte that a whole install writes."""

import asyncio
import json
import os
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import asyncpg
import pytest
from redis import Redis

from services.cli.embedded import EmbeddedValkey
from services.cli.up.data_dir import DataDir
from services.cli.up.secrets import read_secrets
from services.cli.up.servers import embedded_postgres
from tests.support.install import Install
from tests.support.waiting import wait_until

V4, V6 = "203.0.113.77", "2001:db8:1234:5678:9abc:def0:1234:5678"
SECRETS = {
    "IPv4 address": V4.encode(),
    "IPv6 address": V6.encode(),
    "IPv6 address, not shortened": ip_address("2001:0db8:1234:5678:9abc:def0:1234:5678").exploded.encode(),
    "IPv6 address as bytes": ip_address(V6).packed,
    "the query of a URL": b"anna.example.mail",
    "the fragment of a URL": b"fragment-of-anna",
    "the query of a referrer": b"anna-searched-for",
    "a password that was tried": b"a password of no user",
}
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PAGE = "https://demo.example/welcome?email=anna.example.mail&utm_source=letter&gclid=anna.example.mail#fragment-of-anna"
CHUNK = 1 << 20


@pytest.fixture(scope="module")
def install(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Install]:
    running = Install(
        tmp_path_factory.mktemp("privacy"),
        PYUNIQVISIT_COLLECTOR__TRUSTED_PROXIES='["127.0.0.0/8"]',
        PYUNIQVISIT_API__TRUSTED_PROXIES='["127.0.0.0/8"]',
        PYUNIQVISIT_LOG__LEVEL="debug",
    )
    running.up()
    yield running
    if running.supervisor is not None and running.supervisor.poll() is None:
        running.end(signal.SIGTERM)


def send(url: str, body: object, ip: str, **headers: str) -> str:
    """Post as a browser behind a proxy. Return the cookie that was set, or '', also for error responses."""
    sent = {"Content-Type": "application/json", "User-Agent": AGENT, "X-Forwarded-For": ip, **headers}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data, sent), timeout=60) as answer:
            return (answer.headers.get("Set-Cookie") or "").partition("_uv=")[2].partition(";")[0]
    except urllib.error.HTTPError as refusal:
        refusal.close()
        return ""


def visit(install: Install, ip: str) -> str:
    """Send every kind of beacon, also invalid ones, to all endpoints. Returns the visitor's cookie."""
    collect, beacon = f"{install.collector}/collect", {"site": "demo", "url": PAGE}
    cookie = send(collect, beacon | {"referrer": "https://search.example/?q=anna-searched-for"}, ip, **SAME_SITE)
    own = SAME_SITE | {"Cookie": f"_uv={cookie}"}
    send(collect, beacon | {"kind": "event", "name": "signup"}, ip, **own)
    send(collect, beacon | {"kind": "leave", "engaged_ms": 900}, ip, **own)
    send(collect, beacon | {"visitor": cookie}, ip, **{"Sec-GPC": "1"})
    send(collect, beacon | {"site": "nowhere"}, ip, **own)
    send(collect, beacon | {"kind": "no kind"}, ip, **own)
    send(collect, b'{"site": "demo", "url": 1', ip, **own)
    send(f"{install.api}/track", {"path": "/short?email=anna.example.mail", "site_id": "demo"}, ip, **own)
    send(f"{install.api}/api/v1/auth/token", {"username": "admin", "password": "a password of no user"}, ip)
    return cookie


SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


def send_nonsense(port: int, ip: str, cookie: str) -> None:
    """Send malformed requests, which reach no handler and which servers often log."""
    for target, header in (
        ("/", f"Cookie: _uv={cookie}\0"),
        ("/", f"X-Forwarded-For: {ip}\x01"),
        ("/welcome?email=anna.example.mail&" + "x" * 9_000, "X: y"),
    ):
        with socket.create_connection(("127.0.0.1", port), 10) as connection:
            connection.sendall(f"GET {target} HTTP/1.1\r\nHost: demo.example\r\n{header}\r\n\r\n".encode())
            assert connection.recv(100).startswith(b"HTTP/1.0 400")


async def dumped(url: str) -> list[tuple[str, bytes]]:
    """Return every table of the database as text, including compressed columns."""
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch(
            "select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace"
        )
        return [
            (name, await connection.fetchval(f"select string_agg(t::text, ' ') from {name} t")) for (name,) in tables
        ]
    finally:
        await connection.close()


def kept_in_redis(url: str) -> bytes:
    """Return all keys and their values."""
    client = Redis.from_url(url)
    read = {
        b"string": client.get,
        b"hash": client.hgetall,
        b"list": lambda key: client.lrange(key, 0, -1),
        b"set": client.smembers,
        b"zset": lambda key: client.zrange(key, 0, -1),
        b"stream": client.xrange,
    }
    found = [(key, client.type(key), read[client.type(key)](key)) for key in client.scan_iter()]
    client.close()
    return repr(found).encode()


def where(secrets: dict[str, bytes], folder: Path) -> list[str]:
    """Return which secret is in which file of the folder, at any depth."""
    longest = max(map(len, secrets.values()))
    found = []
    for path in folder.rglob("*"):
        if path.is_symlink() or not path.is_file():
            continue
        with path.open("rb") as file:
            rest = b""
            while chunk := file.read(CHUNK):
                found += [f"{what}: {path}" for what, secret in secrets.items() if secret in rest + chunk]
                rest = chunk[-longest:]
    return found


def test_search_finds_a_stored_address(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"x" * (CHUNK - 5) + V4.encode())
    assert where(SECRETS, tmp_path) == [f"IPv4 address: {tmp_path}/deep/file"]


def test_no_file_table_or_key_contains_address_cookie_or_query(install: Install) -> None:
    data = DataDir(install.data)
    cookies = [visit(install, ip) for ip in (V4, V6)]
    assert all(len(cookie) == 32 for cookie in cookies)
    for url in (install.api, install.collector):
        for ip, cookie in zip((V4, V6), cookies, strict=True):
            send_nonsense(int(url.rpartition(":")[2]), ip, cookie)
    token = install.token()
    summary = f"{install.api}/api/v1/sites/demo/stats/summary?period=day"
    wait_until(lambda: install.get(summary, token)["pageviews"] == 6)

    # Beacons that arrive while Redis is slow are in the spool, where the test can search them.
    [valkey] = [process for process in install.processes() if process.name == "valkey"]
    os.kill(valkey.pid, signal.SIGSTOP)
    try:
        for ip, cookie in zip((V4, V6), cookies, strict=True):
            own = SAME_SITE | {"Cookie": f"_uv={cookie}"}
            send(f"{install.collector}/collect", {"site": "demo", "url": PAGE}, ip, **own)
        spooled = [path for path in data.spool.rglob("*") if path.is_file() and b"/welcome" in path.read_bytes()]
        assert spooled, "something was spooled"
        secrets = SECRETS | {f"cookie of visitor {n}": cookie.encode() for n, cookie in enumerate(cookies)}
        assert where(secrets, install.data) == []
    finally:
        os.kill(valkey.pid, signal.SIGCONT)
    wait_until(lambda: install.get(summary, token)["pageviews"] == 8)

    dump = asyncio.run(dumped(embedded_postgres(data, read_secrets(data.secrets)).database_url()))
    texts = {f"table {name}": (text or "").encode() for name, text in dump}
    texts["Redis"] = kept_in_redis(EmbeddedValkey(data.valkey).url)
    texts["output of `up`"] = install.text.encode()
    assert b"/welcome" in texts["table events"]
    assert b"203.0.113.0/24" in texts["table visits"], "the network is kept, and the address is not"
    assert b"2001:db8:1234::/48" in texts["table visits"]
    assert [
        f"{what}: {name}" for name, text in texts.items() for what, secret in secrets.items() if secret in text
    ] == []

    assert install.end(signal.SIGTERM) == 0
    assert b"/welcome" in b"".join(path.read_bytes() for path in data.postgres.rglob("base/*/*") if path.is_file())
    assert where(secrets, install.data) == [], "also not in the servers' files after a clean shutdown"
