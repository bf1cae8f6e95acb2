"""The clients of the documentation, run exactly as documented."""

import asyncio
import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from common.clock import system_clock
from common.config import Settings
from services.api.app import create_app
from tests.support.nodejs import find_node

EXAMPLES = Path(__file__).parents[4] / "docs" / "examples"
DOCUMENTATION = (EXAMPLES.parent / "how-to" / "sign-requests.md").read_text(encoding="utf-8")
PYTHON, SHELL = [sys.executable], ["sh"]


@pytest.fixture
def clock() -> Any:
    """The examples look at the clock of the machine."""
    return system_clock


@pytest.fixture
async def client(settings: Settings, redis: Any) -> AsyncIterator[TestClient[Any, Any]]:
    async with TestClient(TestServer(create_app(settings))) as opened:
        yield opened


@pytest.fixture
def node() -> list[str]:
    found = find_node()
    if found is None:
        pytest.skip("no Node.js >= 20 here")
    return [found]


async def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return await asyncio.to_thread(
        subprocess.run,
        command,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin"} | environment,
    )


async def pairing(client: Any, admin: Any, kind: str = "code") -> dict[str, Any]:
    answer = await client.post("/api/v1/sites/example/pairings", json={"kind": kind}, headers=admin.headers)
    return await answer.json()


async def used(client: Any, admin: Any) -> list[tuple[str, str]]:
    answer = await client.get("/api/v1/sites/example/keys", headers=admin.headers)
    return [(key["name"], key["last_scheme"]) for key in (await answer.json())["keys"]]


def shows(outcome: subprocess.CompletedProcess[str]) -> bool:
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return json.loads(outcome.stdout)["site"] == "example"


async def test_python_pairs_once_and_then_reads(client, admin, tmp_path):
    script, key = str(EXAMPLES / "paired.py"), str(tmp_path / "key.json")
    assert shows(await run(*PYTHON, script, key, (await pairing(client, admin))["url"]))
    assert shows(await run(*PYTHON, script, key))
    assert await used(client, admin) == [("paired.py", "rfc9421")]


async def test_javascript_pairs_and_reads_with_key_that_cannot_be_exported(client, admin, node):
    outcome = await run(*node, str(EXAMPLES / "paired.mjs"), (await pairing(client, admin))["url"])
    assert shows(outcome)
    assert await used(client, admin) == [("paired.mjs", "rfc9421")]


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl here")
async def test_curl_and_openssl_pair_once_and_then_read(client, admin, tmp_path):
    script, key = str(EXAMPLES / "paired.sh"), str(tmp_path / "key.pem")
    assert shows(await run(*SHELL, script, key, (await pairing(client, admin))["url"]))
    assert shows(await run(*SHELL, script, key, API=f"http://127.0.0.1:{client.port}", SITE="example"))
    assert await used(client, admin) == [("paired.sh", "rfc9421")]


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl here")
async def test_older_scheme_reads_with_key_of_qr_code(client, admin):
    payload = json.loads((await pairing(client, admin, "key"))["text"])
    environment = {"API": payload["base_url"], "SITE": payload["site_id"], "PRIVATE_KEY": payload["private_key"]}
    assert shows(await run(*SHELL, str(EXAMPLES / "older-scheme.sh"), **environment))
    assert await used(client, admin) == [("paired device", "legacy")]


def test_documentation_links_to_each_example():
    assert all(
        f"examples/{name}" in DOCUMENTATION for name in ("paired.py", "paired.mjs", "paired.sh", "older-scheme.sh")
    )
