"""Pairing on the command line: a machine reads the reports of one site with its own key."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.integration.cli.client.conftest import Run, ada, api, assert_fails, run, url

__all__ = ["ada", "api", "run", "url"]


@pytest.fixture(autouse=True)
async def shop(ada: Run) -> None:
    assert (await ada("sites", "create", "shop", "https://shop.example")).code == 0


async def invitation(ada: Run) -> dict[str, Any]:
    return json.loads((await ada("devices", "invite", "shop", "--name", "laptop", "--json")).out)


async def devices(ada: Run) -> list[dict[str, Any]]:
    return json.loads((await ada("devices", "list", "shop", "--json")).out)["keys"]


async def test_paired_machine_reads_reports_without_login(ada: Run, url: str, tmp_path: Path):
    pairing_url = (await invitation(ada))["url"]
    with_login = await ada("stats", "shop", "--json")
    assert (await ada("logout")).code == 0
    assert_fails(await ada("stats", "shop"), 3, "you are not logged in")
    assert await ada("pair", pairing_url, "--name", "the register") == (0, f"Paired with shop at {url}\n", "")
    read = await ada("stats", "shop", "--json")
    assert read.code == 0
    assert json.loads(read.out)["summary"]["site"] == json.loads(with_login.out)["summary"]["site"] == "shop"
    by_page = await ada("stats", "shop", "--by", "page", "--filter", "country:is:NZ|FR", "--search", "a&b =é")
    assert by_page.code == 0
    stored = tmp_path / "config" / "pyuniqvisit" / "pairings.json"
    assert stat.S_IMODE(stored.stat().st_mode) == 0o600


async def test_pairing_url_works_once(ada: Run):
    pairing_url = (await invitation(ada))["url"]
    assert (await ada("pair", pairing_url)).code == 0
    assert_fails(await ada("pair", pairing_url), 3, "was used, has expired")
    assert len(await devices(ada)) == 1


async def test_revoked_device_cannot_read_reports(ada: Run):
    await ada("pair", (await invitation(ada))["url"], "--name", "laptop")
    assert (await ada("stats", "shop", "--paired")).code == 0
    (device,) = await devices(ada)
    assert (device["name"], device["last_scheme"]) == ("laptop", "rfc9421")
    assert (await ada("devices", "revoke", "shop", device["id"])).code == 0
    assert_fails(await ada("stats", "shop", "--paired"), 3, "the signature is invalid")


async def test_site_with_only_the_older_scheme_cannot_be_paired(ada: Run):
    pairing_url = (await invitation(ada))["url"]
    assert (await ada("sites", "update", "shop", "--signed-by", "legacy")).code == 0
    assert_fails(await ada("pair", pairing_url), 1, "only signatures of the older scheme")
    assert (await ada("sites", "update", "shop", "--signed-by", "legacy", "--signed-by", "rfc9421")).code == 0
    assert (await ada("pair", (await invitation(ada))["url"])).code == 0


async def test_text_of_qr_code_pairs(ada: Run, tmp_path: Path):
    payload = (await invitation(ada))["payload"]
    (tmp_path / "qr.txt").write_text(json.dumps(payload))
    assert (await ada("pair", "--qr", "qr.txt")).code == 0
    text = (await invitation(ada))["text"]
    assert (await ada("pair", "--qr", "-", typed=f"{text}\n")).code == 0


async def test_given_private_key_is_stored_if_it_can_read_the_site(ada: Run, url: str):
    payload = {"base_url": url, "site_id": "shop", "private_key": "ab" * 32}
    assert_fails(await ada("pair", "--qr", "-", typed=json.dumps(payload)), 3, "signature")
    assert_fails(await ada("stats", "shop", "--paired"), 3, "not paired with shop")
    public = Ed25519PrivateKey.from_private_bytes(b"\xab" * 32).public_key().public_bytes_raw().hex()
    assert_fails(await ada("devices", "add", "shop", "old phone", public[:32]), 1, "64 hexadecimal digits")
    assert (await ada("devices", "add", "shop", "old phone", public)).code == 0
    assert (await ada("pair", "--qr", "-", typed=json.dumps(payload))).code == 0
    assert (await ada("stats", "shop", "--paired")).code == 0


async def test_unpaired_machine_cannot_read_reports(ada: Run):
    assert_fails(await ada("unpair", "shop"), 5, "not paired with shop")
    await ada("pair", (await invitation(ada))["url"])
    assert (await ada("unpair", "shop")).code == 0
    assert_fails(await ada("stats", "shop", "--paired"), 3, "not paired with shop")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "{}",
        '{"base_url": "https://a.example"}',
        "https://stats.example.com/pair/shop",
        "https://[/pair/a#code=b",
    ],
)
async def test_invalid_invitation_is_rejected(run: Run, text: str):
    assert_fails(await run("pair", "--qr", "-", typed=text), 1, "not a pairing URL")


async def test_pair_requires_either_url_or_qr_code(run: Run):
    assert (await run("pair")).code == 2
    assert (await run("pair", "https://stats.example.com/pair/a#code=b", "--qr", "-")).code == 2


async def test_invite_prints_url_to_stdout_and_qr_code_to_stderr(ada: Run, url: str):
    outcome = await ada("devices", "invite", "shop")
    assert outcome.out.startswith(f"{url}/pair/shop#code=uvr_")
    assert outcome.out.count("\n") == 1
    assert "█" in outcome.err or "▀" in outcome.err
