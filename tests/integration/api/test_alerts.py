"""Alerts over HTTP: create, change, test and delete."""

import pytest

from services.api.alerts.models import MAX_ALERTS
from services.api.alerts.service import MAX_TESTS

HOOK = {"kind": "spike", "channel": "webhook", "target": "https://hooks.example/uv?room=1"}
MAIL = {"kind": "silence", "channel": "email", "target": "owner@shop.example", "silence_minutes": 15}


@pytest.fixture
def call(client, admin):
    async def ask(method, path, status=200, **body):
        answer = await client.request(method, f"/api/v1/sites/{path}", json=body or None, headers=admin.headers)
        assert answer.status == status, await answer.text()
        return await answer.json() if status != 204 else None

    return ask


@pytest.fixture(autouse=True)
async def sites(client, admin):
    for name in ("shop", "other"):
        body = {"name": name, "url": "https://shop.example"}
        assert (await client.post("/api/v1/sites", json=body, headers=admin.headers)).status == 201


async def test_alert_is_created_listed_changed_and_deleted(call):
    made = await call("POST", "shop/alerts", 201, **HOOK)
    assert {key: made[key] for key in HOOK} == HOOK
    assert made["enabled"] is True
    secret = made.pop("secret")
    assert len(secret) == 68
    assert (await call("GET", "shop/alerts"))["alerts"] == [made], "the secret is shown once"
    changed = await call("PUT", f"shop/alerts/{made['id']}", **MAIL, enabled=False)
    assert changed == {**made, **MAIL, "enabled": False}
    assert await call("GET", f"shop/alerts/{made['id']}") == changed
    await call("DELETE", f"shop/alerts/{made['id']}", 204)
    assert (await call("GET", f"shop/alerts/{made['id']}", 404))["type"].endswith("alert-not-found")


async def test_alert_of_other_site_is_not_found(call):
    made = await call("POST", "shop/alerts", 201, **HOOK)
    for method, path, body in (("GET", "", {}), ("PUT", "", HOOK), ("DELETE", "", {}), ("POST", "/test", {})):
        await call(method, f"other/alerts/{made['id']}{path}", 404, **body)


@pytest.mark.parametrize(
    ("channel", "target"),
    [
        ("webhook", "ftp://hooks.example/"),
        ("webhook", "hooks.example"),
        ("webhook", "https://"),
        ("webhook", "https://user:password@hooks.example/"),
        ("webhook", "file:///etc/passwd"),
        ("webhook", "owner@shop.example"),
        ("email", "https://hooks.example/"),
        ("email", "Owner <owner@shop.example>"),
        ("email", "a@shop.example, b@shop.example"),
        ("email", "owner@shop.example\r\nBcc: all@shop.example"),
        ("email", "owner@shop"),
        ("telegram", "https://hooks.example/"),
    ],
)
async def test_invalid_target_is_rejected(call, channel, target):
    answer = await call("POST", "shop/alerts", 422, kind="spike", channel=channel, target=target)
    assert answer["type"].endswith("invalid-body")


async def test_alert_of_kind_test_is_rejected(call):
    await call("POST", "shop/alerts", 422, **{**HOOK, "kind": "test"})


async def test_number_of_alerts_is_limited(call):
    for _ in range(MAX_ALERTS):
        await call("POST", "shop/alerts", 201, **HOOK)
    assert (await call("POST", "shop/alerts", 409, **HOOK))["type"].endswith("too-many-alerts")
    await call("POST", "other/alerts", 201, **HOOK)


async def test_test_message_is_queued_and_its_outcome_is_listed(call, pool):
    made = await call("POST", "shop/alerts", 201, **HOOK)
    waiting = await call("POST", f"shop/alerts/{made['id']}/test", 202)
    assert waiting["message"]["kind"] == "test"
    assert waiting["sent_at"] is None
    (delivery,) = (await call("GET", f"shop/alerts/{made['id']}/deliveries"))["deliveries"]
    assert delivery == waiting
    await pool.execute("update alert_deliveries set attempts = 1, error = 'webhook returned status 500'")
    (delivery,) = (await call("GET", f"shop/alerts/{made['id']}/deliveries"))["deliveries"]
    assert (delivery["attempts"], delivery["error"]) == (1, "webhook returned status 500")


async def test_number_of_test_messages_is_limited(call, pool):
    made = await call("POST", "shop/alerts", 201, **MAIL)
    for _ in range(MAX_TESTS):
        await call("POST", f"shop/alerts/{made['id']}/test", 202)
    assert (await call("POST", f"shop/alerts/{made['id']}/test", 429))["type"].endswith("too-many-tests")
    assert await pool.fetchval("select count(*) from alert_deliveries") == MAX_TESTS
    another = await call("POST", "shop/alerts", 201, **MAIL)
    await call("POST", f"shop/alerts/{another['id']}/test", 429)
    others = await call("POST", "other/alerts", 201, **MAIL)
    await call("POST", f"other/alerts/{others['id']}/test", 202)
