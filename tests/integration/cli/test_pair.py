"""Pairing from the command line: a machine that reads one site's numbers with a key of its own."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.integration.cli.test_client import Run, ada, api, refused, run, url

__all__ = ["ada", "api", "run", "url"]


@pytest.fixture(autouse=True)
async def shop(ada: Run) -> None:
    assert (await ada("sites", "create", "shop", "https://shop.example")).code == 0


async def invitation(ada: Run) -> dict[str, Any]:
    return json.loads((await ada("devices", "invite", "shop", "--name", "laptop", "--json")).out)


async def devices(ada: Run) -> list[dict[str, Any]]:
    return json.loads((await ada("devices", "list", "shop", "--json")).out)["keys"]


async def test_a_machine_pairs_and_reads_without_a_login(ada: Run, url: str, tmp_path: Path):
    address = (await invitation(ada))["url"]
    with_login = await ada("stats", "shop", "--json")
    assert (await ada("logout")).code == 0
    refused(await ada("stats", "shop"), 3, "nobody is logged in")
    assert await ada("pair", address, "--name", "the till") == (0, f"paired with shop at {url}\n", "")
    read = await ada("stats", "shop", "--json")
    assert read.code == 0
    assert json.loads(read.out)["summary"]["site"] == json.loads(with_login.out)["summary"]["site"] == "shop"
    by_page = await ada("stats", "shop", "--by", "page", "--filter", "country:is:NZ|FR", "--search", "a&b =é")
    assert by_page.code == 0
    kept = tmp_path / "config" / "pyuniqvisit" / "pairings.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


async def test_an_address_works_once(ada: Run):
    address = (await invitation(ada))["url"]
    assert (await ada("pair", address)).code == 0
    refused(await ada("pair", address), 3, "used, too old")
    assert len(await devices(ada)) == 1


async def test_a_revoked_device_reads_nothing(ada: Run):
    await ada("pair", (await invitation(ada))["url"], "--name", "laptop")
    assert (await ada("stats", "shop", "--paired")).code == 0
    (device,) = await devices(ada)
    assert (device["name"], device["last_scheme"]) == ("laptop", "rfc9421")
    assert (await ada("devices", "revoke", "shop", device["id"])).code == 0
    refused(await ada("stats", "shop", "--paired"), 3, "the signature does not open this")


async def test_a_site_that_takes_the_older_scheme_only_is_not_for_this_program(ada: Run):
    address = (await invitation(ada))["url"]
    assert (await ada("sites", "update", "shop", "--signed-by", "legacy")).code == 0
    refused(await ada("pair", address), 1, "older scheme only")
    assert (await ada("sites", "update", "shop", "--signed-by", "legacy", "--signed-by", "rfc9421")).code == 0
    assert (await ada("pair", (await invitation(ada))["url"])).code == 0


async def test_what_a_qr_code_holds_pairs_too(ada: Run, tmp_path: Path):
    payload = (await invitation(ada))["payload"]
    (tmp_path / "qr.txt").write_text(json.dumps(payload))
    assert (await ada("pair", "--qr", "qr.txt")).code == 0
    text = (await invitation(ada))["text"]
    assert (await ada("pair", "--qr", "-", typed=f"{text}\n")).code == 0


async def test_a_private_key_that_was_made_elsewhere_is_kept_if_it_opens_something(ada: Run, url: str):
    payload = {"base_url": url, "site_id": "shop", "private_key": "ab" * 32}
    refused(await ada("pair", "--qr", "-", typed=json.dumps(payload)), 3, "signature")
    refused(await ada("stats", "shop", "--paired"), 3, "not paired with shop")
    public = Ed25519PrivateKey.from_private_bytes(b"\xab" * 32).public_key().public_bytes_raw().hex()
    refused(await ada("devices", "add", "shop", "old phone", public[:32]), 1, "64 hexadecimal digits")
    assert (await ada("devices", "add", "shop", "old phone", public)).code == 0
    assert (await ada("pair", "--qr", "-", typed=json.dumps(payload))).code == 0
    assert (await ada("stats", "shop", "--paired")).code == 0


async def test_an_unpaired_machine_reads_nothing(ada: Run):
    refused(await ada("unpair", "shop"), 5, "not paired with shop")
    await ada("pair", (await invitation(ada))["url"])
    assert (await ada("unpair", "shop")).code == 0
    refused(await ada("stats", "shop", "--paired"), 3, "not paired with shop")


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
async def test_what_is_no_invitation_is_said_to_be_none(run: Run, text: str):
    refused(await run("pair", "--qr", "-", typed=text), 1, "this is no pairing")


async def test_one_of_both_is_given(run: Run):
    assert (await run("pair")).code == 2
    assert (await run("pair", "https://stats.example.com/pair/a#code=b", "--qr", "-")).code == 2


async def test_the_qr_code_is_drawn_for_people_and_the_address_printed_for_programs(ada: Run, url: str):
    outcome = await ada("devices", "invite", "shop")
    assert outcome.out.startswith(f"{url}/pair/shop#code=uvr_")
    assert outcome.out.count("\n") == 1
    assert "█" in outcome.err or "▀" in outcome.err
