"""Goals and funnels over HTTP: making, changing and deleting them."""

from typing import Any

import pytest

from services.api.funnels.models import MAX_FUNNELS
from services.api.goals.models import MAX_GOALS

SIGNUP = {"name": "Signed up", "event": "signup", "properties": {"plan": "pro"}}
READ = {"name": "Read the blog", "page": "/blog/*"}


@pytest.fixture
def call(client, admin):
    async def ask(method, path, status=200, **body):
        json = body or None
        answer = await client.request(method, f"/api/v1/sites/{path}", json=json, headers=admin.headers)
        assert answer.status == status, await answer.text()
        return await answer.json() if status != 204 else None

    return ask


@pytest.fixture
async def site(client, admin):
    for name in ("shop", "other"):
        body = {"name": name, "url": "https://shop.example"}
        assert (await client.post("/api/v1/sites", json=body, headers=admin.headers)).status == 201
    return "shop"


async def test_goal_is_created_listed_replaced_and_deleted(site, call, clock):
    made = await call("POST", "shop/goals", 201, **SIGNUP)
    assert {key: made[key] for key in SIGNUP} == SIGNUP
    assert made["page"] is None
    await call("POST", "shop/goals", 201, **READ)
    assert [goal["name"] for goal in (await call("GET", "shop/goals"))["goals"]] == ["Read the blog", "Signed up"]
    changed = await call("PUT", f"shop/goals/{made['id']}", name="Signed", page="/thanks")
    assert changed == {**made, "name": "Signed", "page": "/thanks", "event": None, "properties": {}}
    assert await call("GET", f"shop/goals/{made['id']}") == changed
    await call("DELETE", f"shop/goals/{made['id']}", 204)
    await call("GET", f"shop/goals/{made['id']}", 404)
    assert (await call("GET", "other/goals"))["goals"] == []


async def test_goal_of_another_site_is_not_found(site, call):
    made = await call("POST", "shop/goals", 201, **READ)
    for method, body in (("GET", {}), ("PUT", READ), ("DELETE", {})):
        assert (await call(method, f"other/goals/{made['id']}", 404, **body))["type"].endswith("goal-not-found")
        await call(method, "shop/goals/17", 404, **body)


async def test_goal_name_is_unique_within_site(site, call):
    await call("POST", "shop/goals", 201, **READ)
    other = await call("POST", "shop/goals", 201, **SIGNUP)
    assert (await call("POST", "shop/goals", 409, **READ))["field"] == "name"
    assert (await call("PUT", f"shop/goals/{other['id']}", 409, **READ))["type"].endswith("goal-name-taken")
    await call("POST", "other/goals", 201, **READ)


@pytest.mark.parametrize(
    "body",
    [
        {"name": "both", "page": "/", "event": "buy"},
        {"name": "neither"},
        {"name": "", "page": "/"},
        {"name": " spaced ", "page": "/"},
        {"name": "line\nbreak", "page": "/"},
        {"name": "no page", "page": ""},
        {"name": "no text", "event": "buy", "properties": {"seats": 3}},
        {"name": "many", "event": "buy", "properties": {f"key {number}": "" for number in range(11)}},
    ],
    ids=lambda body: body["name"] or "no name",
)
async def test_invalid_goal_is_rejected(site, call, body):
    assert (await call("POST", "shop/goals", 422, **body))["type"].endswith("invalid-body")


async def test_site_has_maximum_number_of_goals_and_funnels(site, call):
    for number in range(MAX_GOALS):
        await call("POST", "shop/goals", 201, name=f"goal {number}", page="/")
    assert (await call("POST", "shop/goals", 409, **READ))["type"].endswith("too-many-goals")
    steps = [{"page": "/"}, {"event": "buy"}]
    for number in range(MAX_FUNNELS):
        await call("POST", "shop/funnels", 201, name=f"funnel {number}", steps=steps)
    assert (await call("POST", "shop/funnels", 409, name="more", steps=steps))["type"].endswith("too-many-funnels")


async def test_funnel_is_created_listed_replaced_and_deleted(site, call):
    await call("POST", "shop/goals", 201, **SIGNUP)
    steps = [{"page": "/"}, {"event": "buy", "properties": {"plan": "pro"}}, {"goal": "Signed up"}]
    made = await call("POST", "shop/funnels", 201, name="Way in", steps=steps)
    empty = {"goal": None, "page": None, "event": None, "properties": {}}
    expected: list[dict[str, Any]] = [
        {**empty, **steps[0]},
        {**empty, **steps[1]},
        {**SIGNUP, "page": None, "goal": "Signed up"},
    ]
    del expected[2]["name"]
    assert made["steps"] == expected
    assert made["within"] == "period"
    assert (await call("GET", "shop/funnels"))["funnels"] == [made]
    changed = await call("PUT", f"shop/funnels/{made['id']}", name="In", within="visit", steps=steps[::-1])
    assert changed == {**made, "name": "In", "within": "visit", "steps": expected[::-1]}
    assert await call("GET", f"shop/funnels/{made['id']}") == changed
    await call("DELETE", f"shop/funnels/{made['id']}", 204)
    assert (await call("GET", f"shop/funnels/{made['id']}", 404))["type"].endswith("funnel-not-found")


async def test_step_uses_current_definition_of_goal(site, call):
    goal = await call("POST", "shop/goals", 201, **SIGNUP)
    made = await call("POST", "shop/funnels", 201, name="f", steps=[{"page": "/"}, {"goal": "Signed up"}])
    await call("PUT", f"shop/goals/{goal['id']}", **READ)
    step = (await call("GET", f"shop/funnels/{made['id']}"))["steps"][1]
    assert step == {"goal": "Read the blog", "page": "/blog/*", "event": None, "properties": {}}


async def test_goal_used_by_funnel_cannot_be_deleted(site, call):
    goal = await call("POST", "shop/goals", 201, **SIGNUP)
    funnel = await call("POST", "shop/funnels", 201, name="f", steps=[{"page": "/"}, {"goal": "Signed up"}])
    assert (await call("DELETE", f"shop/goals/{goal['id']}", 409))["type"].endswith("goal-in-use")
    await call("DELETE", f"shop/funnels/{funnel['id']}", 204)
    await call("DELETE", f"shop/goals/{goal['id']}", 204)


async def test_invalid_funnel_is_rejected_with_reason(site, call):
    page = {"page": "/"}
    await call("POST", "shop/funnels", 422, name="short", steps=[page])
    await call("POST", "shop/funnels", 422, name="long", steps=[page] * 9)
    await call("POST", "shop/funnels", 422, name="both", steps=[page, {"page": "/", "goal": "x"}])
    answer = await call("POST", "shop/funnels", 422, name="unknown", steps=[page, {"goal": "x"}])
    assert answer["field"] == "steps.1.goal"
    await call("POST", "shop/funnels", 201, name="f", steps=[page, page])
    other = await call("POST", "shop/funnels", 201, name="g", steps=[page, page])
    assert (await call("POST", "shop/funnels", 409, name="f", steps=[page, page]))["field"] == "name"
    await call("PUT", f"shop/funnels/{other['id']}", 409, name="f", steps=[page, page])
    await call("PUT", f"other/funnels/{other['id']}", 404, name="f", steps=[page, page])
    assert len((await call("GET", f"shop/funnels/{other['id']}"))["steps"]) == 2


async def test_goals_and_funnels_are_deleted_with_site(site, call, pool):
    await call("POST", "shop/goals", 201, **SIGNUP)
    await call("POST", "shop/funnels", 201, name="f", steps=[{"page": "/"}, {"goal": "Signed up"}])
    await pool.execute("delete from sites where name = 'shop'")
    assert await pool.fetchval("select count(*) from goals") == 0
    assert await pool.fetchval("select count(*) from funnel_steps") == 0
