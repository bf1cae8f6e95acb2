"""The holder of a site's private key can read its reports, and nothing else."""

import asyncio
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr
from yarl import URL

from common.clock import utc
from services.api.app import create_app
from services.api.problems import CONTENT_TYPE
from tests.integration.api.signed.device import COVERED, Device
from tests.support.ports import own_port
from tests.support.rows import add_visit

SUMMARY = "/api/v1/sites/example/stats/summary"
OTHERS = "/api/v1/sites/other/stats/summary"
REFUSAL = {
    "type": "urn:pyuniqvisit:problem:unauthenticated",
    "title": "Valid credentials are required",
    "status": 401,
    "detail": "the signature is invalid",
}


async def get(client, path, headers, data=None):
    """Request exactly this path: a client that normalizes it would request a different one than was signed."""
    url = URL(f"http://127.0.0.1:{client.port}{path}", encoded=True)
    return await client.session.get(url, headers=headers, data=data)


async def refused(client, path, headers, data=None):
    """Return whether the response is the one for all invalid signatures."""
    answer = await get(client, path, headers, data)
    found = (answer.status, answer.content_type, await answer.json())
    return found == (401, CONTENT_TYPE, REFUSAL) and answer.headers["Cache-Control"] == "no-store"


async def opens(client, path, headers):
    return (await get(client, path, headers)).status == 200


async def test_both_schemes_give_access_to_every_report(client, device):
    for report in ("summary?period=7d", "timeseries", "breakdown/page?limit=3&filter=country%3Ais%3ANZ", "realtime"):
        path = f"/api/v1/sites/example/stats/{report}"
        assert await opens(client, path, device.legacy("example"))
        assert await opens(client, path, device.signed("GET", path))


async def test_device_sees_same_numbers_as_administrator(client, admin, device, pool, clock):
    site_id = await pool.fetchval("select id from sites where name = 'example'")
    for number in range(3):
        await add_visit(pool, site_id, utc(clock()) - timedelta(hours=1), visitor=bytes([number]) * 16)
    wanted = await (await client.get(SUMMARY, headers=admin.headers)).json()
    assert wanted["visitors"] == 3
    for headers in (device.legacy("example"), device.signed("GET", SUMMARY)):
        assert await (await client.get(SUMMARY, headers=headers)).json() == wanted


async def test_signature_for_one_site_gives_no_access_to_others(client, device):
    assert await refused(client, OTHERS, device.legacy("example"))
    assert await refused(client, OTHERS, device.legacy("other"))
    assert await refused(client, OTHERS, device.signed("GET", SUMMARY))
    assert await refused(client, OTHERS, device.signed("GET", OTHERS))
    missing = OTHERS.replace("other", "missing")
    assert await refused(client, missing, device.signed("GET", missing))
    assert await refused(client, missing, device.legacy("missing"))


@pytest.mark.parametrize("address", ["/stats", "/page-stats", "/summary", "/bots"])
async def test_short_addresses_take_signed_site_from_query(client, device, address):
    more = "&path=/" if address == "/page-stats" else ""
    own, others = (f"{address}?site_id={site}{more}" for site in ("example", "other"))
    assert await opens(client, own, device.legacy("example"))
    assert await opens(client, own, device.signed("GET", own))
    for path in (others, address, f"{own}&site_id=other", f"{others}&site_id=example"):
        assert not await opens(client, path, device.legacy("example"))
        assert not await opens(client, path, device.signed("GET", own))
        assert not await opens(client, path, device.signed("GET", path))


async def test_signature_gives_access_to_reports_only(client, device):
    for path in ("/api/v1/sites", "/api/v1/sites/example", "/api/v1/sites/example/keys", "/api/v1/me"):
        for headers in (device.legacy("example"), device.signed("GET", path)):
            assert (await client.get(path, headers=headers)).status == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/v1/sites/example/stats/timeseries"),
        ("GET", "/api/v1/sites/example/stats/summary?period=7d"),
        ("GET", "/api/v1/sites/example/stats/summary?"),
        ("GET", "/api/v1/sites/%65xample/stats/summary"),
        ("POST", "/api/v1/sites/example/stats/summary"),
    ],
)
async def test_signature_of_other_request_is_rejected(client, device, method, path):
    headers = device.signed(method, path)
    if path.endswith("?"):
        # An empty query is none: the same text is signed for both.
        assert await opens(client, SUMMARY, headers)
    else:
        assert await refused(client, SUMMARY, headers)


async def test_changed_query_is_rejected(client, device):
    headers = device.signed("GET", f"{SUMMARY}?period=7d")
    assert await refused(client, f"{SUMMARY}?period=30d", headers)
    assert await refused(client, f"{SUMMARY}?period=7d&compare=year", headers)


@pytest.mark.parametrize("left_out", COVERED)
async def test_required_components_must_be_covered(client, device, left_out):
    covered = tuple(each for each in COVERED if each != left_out)
    assert await refused(client, SUMMARY, device.signed("GET", SUMMARY, covered=covered))


async def test_covered_authority_must_match(client, device):
    covered, host = (*COVERED, "@authority"), f"127.0.0.1:{client.port}"
    assert await opens(client, SUMMARY, device.signed("GET", SUMMARY, covered=covered, host=host))
    assert await refused(client, SUMMARY, device.signed("GET", SUMMARY, covered=covered, host="stats.example.com"))


async def test_body_must_be_covered_by_digest(client, device):
    headers = device.signed("GET", SUMMARY, body=b"one body")
    assert await refused(client, SUMMARY, headers, data=b"another body")
    assert await refused(client, SUMMARY, device.signed("GET", SUMMARY), data=b"something")
    headers = device.signed("GET", SUMMARY, body=b"one body")
    assert (await get(client, SUMMARY, headers, data=b"one body")).status == 200


async def test_signature_is_valid_once(client, device):
    headers = device.signed("GET", SUMMARY)
    assert await opens(client, SUMMARY, headers)
    assert await refused(client, SUMMARY, headers)


async def test_rejected_signature_does_not_use_up_nonce(client, device, clock):
    nonce = "0123456789abcdef"
    thief = Device.new(clock)
    forged = thief.signed("GET", SUMMARY, nonce=nonce, key_id=device.public_hex)
    assert await refused(client, SUMMARY, forged)
    assert await opens(client, SUMMARY, device.signed("GET", SUMMARY, nonce=nonce))


async def test_one_of_concurrent_requests_with_same_signature_is_accepted(client, device):
    headers = device.signed("GET", SUMMARY)
    answers = await asyncio.gather(*(get(client, SUMMARY, headers) for _ in range(8)))
    assert sorted(answer.status for answer in answers) == [200] + [401] * 7


async def test_signatures_are_rejected_without_redis(device, api_settings, clock):
    away = api_settings.redis.model_copy(update={"url": SecretStr(f"redis://127.0.0.1:{own_port()}")})
    app = create_app(api_settings.model_copy(update={"redis": away}), clock)
    async with TestClient(TestServer(app)) as client:
        assert (await get(client, SUMMARY, device.signed("GET", SUMMARY))).status == 503
        assert await opens(client, SUMMARY, device.legacy("example"))


async def test_same_nonce_is_valid_for_two_keys(client, admin, device, clock):
    second = Device.new(clock)
    body = {"name": "tablet", "public_key_hex": second.public_hex}
    await client.post("/api/v1/sites/example/keys", json=body, headers=admin.headers)
    nonce = "0123456789abcdef"
    for each in (device, second):
        assert await opens(client, SUMMARY, each.signed("GET", SUMMARY, nonce=nonce))


@pytest.mark.parametrize("nonce", [None, "short", "x" * 129])
async def test_nonce_is_required_and_limited_in_length(client, device, nonce):
    assert await refused(client, SUMMARY, device.signed("GET", SUMMARY, nonce=nonce))


@pytest.mark.parametrize(("ahead", "counts"), [(-301, False), (-299, True), (299, True), (301, False)])
async def test_clock_can_be_off_by_five_minutes(client, device, ahead, counts):
    legacy = device.legacy("example", ahead=ahead)
    signed = device.signed("GET", SUMMARY, ahead=ahead, lifetime=None)
    assert await opens(client, SUMMARY, legacy) is counts
    assert await opens(client, SUMMARY, signed) is counts


async def test_expired_signature_is_rejected(client, device, clock):
    headers = device.signed("GET", SUMMARY, lifetime=10)
    clock.forward(timedelta(seconds=10))
    assert await refused(client, SUMMARY, headers)


async def test_old_signature_of_older_scheme_is_rejected(client, device, clock):
    headers = device.legacy("example")
    clock.forward(timedelta(minutes=5))
    assert await opens(client, SUMMARY, headers)
    clock.forward(timedelta(seconds=1))
    assert await refused(client, SUMMARY, headers)
    later = headers | {"X-Timestamp": str(clock() // 1000)}
    assert await refused(client, SUMMARY, later)


async def test_revoked_key_is_rejected(client, admin, device):
    (key,) = (await (await client.get("/api/v1/sites/example/keys", headers=admin.headers)).json())["keys"]
    assert await opens(client, SUMMARY, device.signed("GET", SUMMARY))
    await client.delete(f"/api/v1/sites/example/keys/{key['id']}", headers=admin.headers)
    assert await refused(client, SUMMARY, device.signed("GET", SUMMARY))
    assert await refused(client, SUMMARY, device.legacy("example"))


async def test_site_chooses_accepted_schemes(client, admin, device):
    async def choose(*schemes):
        body = {"signature_schemes": schemes}
        answer = await client.patch("/api/v1/sites/example", json=body, headers=admin.headers)
        return (await answer.json())["signature_schemes"]

    assert await choose("rfc9421") == ["rfc9421"]
    assert await refused(client, SUMMARY, device.legacy("example"))
    assert await opens(client, SUMMARY, device.signed("GET", SUMMARY))
    assert await choose("legacy") == ["legacy"]
    assert await opens(client, SUMMARY, device.legacy("example"))
    assert await refused(client, SUMMARY, device.signed("GET", SUMMARY))
    assert await choose(
        "rfc9421",
        "legacy",
    ) == ["legacy", "rfc9421"]


async def test_valid_weaker_signature_does_not_replace_invalid_one(client, device):
    wrong = device.signed("GET", OTHERS)
    assert await refused(client, SUMMARY, wrong | device.legacy("example"))


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Timestamp": "now", "X-Signature": "00" * 64},
        {"X-Timestamp": "1" * 400, "X-Signature": "00" * 64},
        {"X-Timestamp": "٢٣٧٦٥٤٣٢١٠", "X-Signature": "00" * 64},
        {"X-Timestamp": "2429182200"},
        {"X-Signature": "00" * 64},
        {"X-Timestamp": "2429182200", "X-Signature": "zz" * 64},
        {"X-Timestamp": "2429182200", "X-Signature": ""},
        {"Signature-Input": "", "Signature": ""},
        {"Signature-Input": "a=1", "Signature": "a=2"},
        {"Signature-Input": 'a=("@method")', "Signature": "a=:AAAA:"},
        {"Signature": "a=:AAAA:"},
        {"Signature-Input": "a=(" + '"@method" ' * 500 + ")", "Signature": "a=:AAAA:"},
    ],
)
async def test_malformed_signature_is_rejected_like_wrong_one(client, device, headers):
    assert await refused(client, SUMMARY, headers)


async def test_repeated_header_is_rejected(client, device):
    headers = device.legacy("example")
    assert await refused(client, SUMMARY, [*headers.items(), ("X-Signature", "00" * 64)])


async def test_token_takes_precedence_over_signature(client, admin, device):
    headers = device.signed("GET", SUMMARY)
    assert (await client.get(SUMMARY, headers=headers | {"Authorization": "Bearer nonsense"})).status == 401
    assert (await client.get(OTHERS, headers=headers | admin.headers)).status == 200


async def test_public_site_stays_public_and_wrong_signature_is_rejected(client, admin, device):
    await client.patch("/api/v1/sites/example", json={"public": True}, headers=admin.headers)
    assert (await client.get(SUMMARY)).status == 200
    assert await refused(client, SUMMARY, device.legacy("other"))


async def test_key_of_deleted_site_is_rejected(client, admin, device):
    await client.delete("/api/v1/sites/example", headers=admin.headers)
    assert await refused(client, SUMMARY, device.legacy("example"))


async def test_last_use_of_key_is_shown_to_the_minute(client, admin, device, clock):
    async def used():
        (key,) = (await (await client.get("/api/v1/sites/example/keys", headers=admin.headers)).json())["keys"]
        return key["last_used_at"], key["last_scheme"]

    assert await used() == (None, None)
    await client.get(SUMMARY, headers=device.legacy("example"))
    assert await used() == ("2046-11-22T12:30:00Z", "legacy")
    clock.forward(timedelta(seconds=61))
    await client.get(SUMMARY, headers=device.signed("GET", SUMMARY))
    assert await used() == ("2046-11-22T12:31:01Z", "rfc9421")
