"""Letting keys in: by a user of the site, by a one-time code, by the key that is replaced; and pairing."""

import asyncio
import json
import re
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.api.sites.keys.service import MAX_KEYS
from services.api.sites.pairing.service import qr_svg
from tests.integration.api.logins import problem_of
from tests.integration.api.people import make_site_admin
from tests.integration.api.signed.device import Device

SUMMARY = "/api/v1/sites/example/stats/summary"
KEYS = "/api/v1/sites/example/keys"


@pytest.fixture
def new(clock):
    """A device that no site knows."""
    return Device.new(clock)


async def register(client, device, headers=None, force=None, site="example", **body):
    body = {"site_id": site, "public_key_hex": device.public_hex} | body
    query = {} if force is None else {"force": force}
    return await client.post("/register-key", json=body, params=query, headers=headers or {})


async def code_of(client, user, site="example", **body):
    answer = await client.post(f"/api/v1/sites/{site}/registration-codes", json=body, headers=user.headers)
    assert answer.status == 201
    return (await answer.json())["code"]


async def names(client, user, site="example"):
    answer = await client.get(f"/api/v1/sites/{site}/keys", headers=user.headers)
    return sorted(key["name"] for key in (await answer.json())["keys"])


async def opens(client, device):
    return (await client.get(SUMMARY, headers=device.signed("GET", SUMMARY))).status == 200


async def replace(client, old, new, path="/register-key?force=true", sent=None, **signing):
    body = json.dumps({"site_id": "example", "public_key_hex": new.public_hex}).encode()
    headers = old.signed("POST", path, body=body, **signing) | {"Content-Type": "application/json"}
    return await client.post("/register-key?force=true", data=sent or body, headers=headers)


async def test_key_is_listed_with_all_its_fields(client, admin, device):
    (key,) = (await (await client.get(KEYS, headers=admin.headers)).json())["keys"]
    assert key == {
        "id": key["id"],
        "name": "phone",
        "public_key_hex": device.public_hex,
        "created_by": "ada",
        "created_at": "2046-11-22T12:30:00Z",
        "last_used_at": None,
        "last_scheme": None,
    }


async def test_revoked_key_cannot_be_added_again(client, admin, device):
    (key,) = (await (await client.get(KEYS, headers=admin.headers)).json())["keys"]
    assert (await client.delete(f"/api/v1/sites/other/keys/{key['id']}", headers=admin.headers)).status == 404
    assert (await client.delete(f"{KEYS}/{key['id']}", headers=admin.headers)).status == 204
    assert (await client.delete(f"{KEYS}/{key['id']}", headers=admin.headers)).status == 404
    answer = await register(client, device, admin.headers)
    assert await problem_of(answer) == (409, "site-key-exists")
    assert not await opens(client, device)


@pytest.mark.parametrize(
    "key", ["", "00" * 32, "01" + "00" * 31, "01" + "00" * 30 + "80", "ab" * 31, "zz" * 32, "é" * 64, " " + "ab" * 32]
)
async def test_invalid_or_forgeable_public_key_is_rejected(client, admin, key):
    answer = await client.post(KEYS, json={"name": "phone", "public_key_hex": key}, headers=admin.headers)
    assert (answer.status, (await answer.json())["field"]) == (422, "public_key_hex")


async def test_number_of_keys_of_site_is_limited(client, admin, clock):
    for _ in range(MAX_KEYS):
        assert (await register(client, Device.new(clock), admin.headers)).status == 200
    answer = await register(client, Device.new(clock), admin.headers)
    assert await problem_of(answer) == (409, "too-many-site-keys")
    assert (await register(client, Device.new(clock), admin.headers, force="true")).status == 200


async def test_member_registers_key(client, admin, reader, pool, new):
    assert (await register(client, new, reader.headers)).status == 404
    await make_site_admin(pool, reader, "example")
    answer = await register(client, new, reader.headers, name="tablet")
    registered = await answer.json()
    assert registered == {
        "status": "ok",
        "message": "Public key registered",
        "id": registered["id"],
        "site_id": "example",
        "name": "tablet",
        "public_key_hex": new.public_hex,
        "schemes": ["legacy", "rfc9421"],
        "replaced": 0,
    }
    assert await opens(client, new)


async def test_site_cannot_be_claimed(client, new, clock):
    for site in ("example", "missing", "é", "\0"):
        assert (await register(client, new, site=site)).status == 401
        assert (await register(client, new, site=site, code="uvr_guessed")).status == 401
        assert (await register(client, new, new.signed("POST", "/register-key"), site=site)).status == 401
        assert (await register(client, new, site=site, force="true")).status == 401


@pytest.mark.parametrize("as_header", [True, False])
async def test_code_registers_one_key(client, admin, new, clock, as_header):
    code = await code_of(client, admin, name="Eve's phone")
    headers, body = ({"Authorization": f"Bearer {code}"}, {}) if as_header else ({}, {"code": code})
    answer = await register(client, new, headers, **body)
    assert (answer.status, (await answer.json())["name"]) == (200, "Eve's phone")
    assert await opens(client, new)
    assert (await register(client, Device.new(clock), headers, **body)).status == 401


async def test_code_registers_one_key_of_concurrent_requests(client, admin, clock):
    code = await code_of(client, admin)
    answers = await asyncio.gather(*(register(client, Device.new(clock), code=code) for _ in range(8)))
    assert sorted(answer.status for answer in answers) == [200] + [401] * 7


async def test_code_is_for_one_site_and_not_used_up_elsewhere(client, admin, new):
    code = await code_of(client, admin)
    assert (await register(client, new, code=code, site="other")).status == 401
    assert (await register(client, new, code=code)).status == 200


async def test_code_expires_after_ten_minutes_and_is_stored_as_hash(client, admin, redis):
    code = await code_of(client, admin)
    (name,) = await redis.keys("site-keys:code:*")
    assert 590_000 < await redis.pttl(name) <= 600_000
    assert code.encode() not in name + await redis.get(name)


async def test_code_is_invalid_when_its_user_loses_access(client, admin, reader, pool, new):
    await make_site_admin(pool, reader, "example")
    codes = [await code_of(client, reader) for _ in range(2)]
    await client.delete("/api/v1/sites/example/members/rob", headers=admin.headers)
    assert (await register(client, new, code=codes[0])).status == 401
    await make_site_admin(pool, reader, "example")
    await client.patch("/api/v1/users/rob", json={"disabled": True}, headers=admin.headers)
    assert (await register(client, new, code=codes[1])).status == 401


async def test_member_replaces_all_keys(client, admin, device, new):
    answer = await register(client, new, admin.headers, force="true", name="new phone")
    assert (await answer.json())["replaced"] == 1
    assert await names(client, admin) == ["new phone"]
    assert (await opens(client, device), await opens(client, new)) == (False, True)


async def test_key_replaces_itself_only(client, admin, device, new, clock):
    tablet = Device.new(clock)
    await register(client, tablet, admin.headers, name="tablet")
    answer = await replace(client, device, new)
    assert (answer.status, (await answer.json())["replaced"]) == (200, 1)
    assert await names(client, admin) == ["phone", "tablet"]
    assert [await opens(client, each) for each in (device, new, tablet)] == [False, True, True]
    assert (await replace(client, device, Device.new(clock))).status == 401


async def test_replacement_must_be_signed_with_body(client, admin, device, new, clock):
    other = json.dumps({"site_id": "example", "public_key_hex": Device.new(clock).public_hex}).encode()
    assert (await replace(client, device, new, sent=other)).status == 401
    assert (await replace(client, device, new, path="/register-key")).status == 401
    assert (await replace(client, new, new)).status == 401
    # The older scheme does not cover the new key: a copied signature could be sent with a different key.
    assert (await register(client, new, device.legacy("example"), force="true")).status == 401
    assert (await replace(client, device, device)).status == 409
    assert await opens(client, device)


async def test_code_or_limited_api_key_cannot_replace_keys(client, admin, device, new):
    code = await code_of(client, admin)
    assert (await register(client, new, code=code, force="true")).status == 401
    made = await client.post("/api/v1/me/keys", json={"name": "k", "scopes": ["read:stats"]}, headers=admin.headers)
    headers = {"Authorization": f"Bearer {(await made.json())['key']}"}
    assert (await register(client, new, headers, force="true")).status == 403
    assert await opens(client, device)
    assert (await register(client, new, code=code)).status == 200


async def test_registering_and_revoking_is_in_audit_log(client, admin, device, new, pool, clock):
    code = await code_of(client, admin)
    await register(client, new, code=code)
    await replace(client, device, Device.new(clock))
    rows = await pool.fetch("select action, actor_name from audit_log where action like 'site-key.%' order by id")
    assert sorted(tuple(row) for row in rows) == [
        ("site-key.create", "ada"),
        ("site-key.invite", "ada"),
        ("site-key.register", "ada"),
        ("site-key.register", "key phone"),
    ]
    assert code not in str(await pool.fetch("select * from audit_log"))


async def pair(client, user, **body):
    answer = await client.post("/api/v1/sites/example/pairings", json=body, headers=user.headers)
    assert answer.status == 201, await answer.text()
    return await answer.json()


async def test_pairing_has_code_and_url_for_browser(client, admin, new):
    pairing = await pair(client, admin)
    base = f"http://127.0.0.1:{client.port}"
    code = pairing["payload"]["code"]
    assert pairing["payload"] == {"base_url": base, "site_id": "example", "code": code}
    assert pairing["text"] == pairing["url"] == f"{base}/pair/example#code={code}"
    assert pairing["qr_svg"] == qr_svg(pairing["url"])
    assert (pairing["kind"], pairing["expires_in"]) == ("code", 600)
    answer = await register(client, new, code=code)
    assert (await answer.json())["name"] == "paired device"
    assert await opens(client, new)


async def test_pairing_for_older_clients_has_private_key_that_is_not_stored(client, admin, pool, clock, redis):
    pairing = await pair(client, admin, kind="key", name="iPhone")
    payload = json.loads(pairing["text"])
    assert list(payload) == ["base_url", "site_id", "private_key"]
    assert payload == pairing["payload"]
    assert pairing["qr_svg"] == qr_svg(pairing["text"])
    phone = Device(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(payload["private_key"])), clock)
    assert (await client.get(SUMMARY, headers=phone.legacy("example"))).status == 200
    assert await names(client, admin) == ["iPhone"]
    stored = str([await pool.fetch(f"select * from {table}") for table in ("site_keys", "audit_log")])
    assert repr(bytes.fromhex(phone.public_hex))[2:-1] in stored
    assert payload["private_key"] not in stored
    assert repr(bytes.fromhex(payload["private_key"]))[2:-1] not in stored
    assert await redis.keys("site-keys:*") == []


async def test_qr_image_needs_no_style_or_script():
    image = qr_svg('{"site_id": "<&>"}')
    assert re.match(r'<svg xmlns="http://www.w3.org/2000/svg" ', image)
    assert not re.search(r"<style|style=|<script|on\w+=|href", image)


async def test_pairing_url_is_page_for_browsers_and_qr_code_for_clients(client, admin, web_dir):
    (web_dir / "dashboard").mkdir(parents=True)
    (web_dir / "dashboard" / "index.html").write_text("the dashboard")
    page = await client.get("/pair/example")
    assert (page.status, await page.text()) == (200, "the dashboard")
    assert "script-src 'self'; style-src 'self'" in page.headers["Content-Security-Policy"]
    answer = await client.get("/pair/example", headers=admin.headers)
    assert (await answer.json())["payload"]["site_id"] == "example"
    image = await client.get("/pair/example", headers=admin.headers | {"Accept": "image/svg+xml"})
    assert (image.content_type, image.headers["Cache-Control"]) == ("image/svg+xml", "no-store")
    assert "default-src 'none'" in image.headers["Content-Security-Policy"]
    assert (await image.text()).startswith("<svg")


async def test_only_members_can_pair(client, reader, admin):
    assert (await client.get("/pair/example", headers=reader.headers)).status == 404
    assert (await client.get("/pair/example", headers={"Authorization": "Bearer nonsense"})).status == 401
    assert (await client.get("/pair/missing", headers=admin.headers)).status == 404


async def test_codes_are_short_lived(client, admin, new, redis):
    code = await code_of(client, admin)
    (name,) = await redis.keys("site-keys:code:*")
    await redis.pexpire(name, timedelta(milliseconds=1))
    await asyncio.sleep(0.01)
    assert (await register(client, new, code=code)).status == 401
