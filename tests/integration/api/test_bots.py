"""Bots over HTTP: reports of filtered visits, and overrides that allow or block."""

import uuid

import pytest

from common.bots import Rule
from services.api.bots.models import MAX_OVERRIDES
from services.worker.bots.reclassification import Reclassification
from tests.integration.api.people import make_site_admin
from tests.integration.api.stored import storing
from tests.support.beacons import CHROME, beacon_maker

GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
GPTBOT = "Mozilla/5.0 AppleWebKit/537.36 (compatible; GPTBot/1.2; +https://openai.com/gptbot)"
MINUTE = 60_000


@pytest.fixture
def call(client, admin):
    async def ask(method, path, status=200, *, user=admin, **body):
        answer = await client.request(method, f"/api/v1/sites/shop{path}", json=body or None, headers=user.headers)
        assert answer.status == status, await answer.text()
        return await answer.json() if status != 204 else None

    return ask


@pytest.fixture
async def site_id(client, admin, pool):
    body = {"name": "shop", "url": "https://shop.example"}
    assert (await client.post("/api/v1/sites", json=body, headers=admin.headers)).status == 201
    return await pool.fetchval("select id from sites where name = 'shop'")


@pytest.fixture
async def recounted(pool, settings, clock):
    """Run the requested reclassifications as the worker does."""

    async def count():
        return await Reclassification(pool, range(settings.install.shards), clock).run(60, at_once=True)

    return count


@pytest.fixture
async def traffic(site_id, settings, redis, clock):
    """Six visits: two human visitors, Googlebot with three pages, GPTBot twice, and an automated browser."""
    make, at = beacon_maker(), clock() - 10 * MINUTE
    visits = [
        ("anna", CHROME, 2, {}),
        ("ben", CHROME, 1, {"network": "203.0.113.0/24"}),
        ("google", GOOGLEBOT, 3, {"network": "203.0.113.0/24"}),
        ("gpt", GPTBOT, 1, {}),
        ("gpt 2", GPTBOT, 1, {}),
        ("driven", CHROME, 1, {"automated": True}),
    ]
    async with storing(settings, redis, clock) as store:
        await store(
            make(at + n * 1_000, who, path=f"/{n}", site_id=site_id, user_agent=agent, **more)
            for who, agent, pages, more in visits
            for n in range(pages)
        )


def amounts(report):
    return {name: (report[name]["visits"], report[name]["pageviews"]) for name in ("human", "bots", "allowed")}


async def test_report_lists_filtered_visits_by_rule_and_name(call, traffic):
    report = await call("GET", "/bots?period=day")
    assert amounts(report) == {"human": (2, 3), "bots": (4, 6), "allowed": (0, 0)}
    assert report["bots"]["share"] == 66.67
    rules = {rule["rule"]: (rule["visits"], rule["pageviews"], rule["share"]) for rule in report["rules"]}
    assert rules == {
        Rule.AI_CRAWLER: (2, 2, 33.33), Rule.CRAWLER: (1, 3, 16.67), Rule.WEBDRIVER: (1, 1, 16.67)
    }  # fmt: skip
    assert all(rule["description"] for rule in report["rules"])
    assert {name["name"]: name["visits"] for name in report["names"]} == {"GPTBot": 2, "Googlebot": 1, "Chrome": 1}
    assert report["user_agents"][0]["user_agent"] == GPTBOT
    assert {network["network"]: network["visits"] for network in report["networks"]} == {
        "81.2.69.0/24": 3, "203.0.113.0/24": 1
    }  # fmt: skip
    assert (await call("GET", "/stats/summary?period=day"))["visits"] == 2


async def test_visits_have_reasons_and_only_administrators_see_visitors(call, traffic, pool, reader, site_id):
    await make_site_admin(pool, reader, "shop")
    seen = await call("GET", "/bots/visits?period=day&rule=ua:ai-crawler")
    assert {visit["reason"] for visit in seen["visits"]} == {Rule.AI_CRAWLER}
    assert all(visit["visitor"] for visit in seen["visits"])
    theirs = await call("GET", "/bots/visits?period=day&rule=ua:ai-crawler", user=reader)
    assert [visit["visitor"] for visit in theirs["visits"]] == [None, None]

    first = await call("GET", "/bots/visits?period=day&limit=3")
    rest = await call("GET", "/bots/visits?period=day&limit=3&page=2")
    assert (len(first["visits"]), first["more"]) == (3, True)
    assert (len(rest["visits"]), rest["more"]) == (1, False)
    assert (await call("GET", "/bots/visits?period=day&counted_as=human"))["visits"] == []


async def test_allowing_a_rule_recounts_with_progress_and_can_be_undone(call, traffic, recounted):
    made = await call("POST", "/bots/overrides", 201, kind="rule", value="ua:ai-crawler", action="allow")
    assert made["override"]["created_by"] == "ada"
    assert made["recount"]["running"] is True
    assert amounts(await call("GET", "/bots?period=day"))["human"] == (2, 3), "not yet"

    await recounted()
    state = await call("GET", "/bots/recount")
    assert (state["running"], state["progress"], state["visits_seen"], state["visits_changed"]) == (False, 100, 6, 2)
    report = await call("GET", "/bots?period=day")
    assert amounts(report) == {"human": (4, 5), "bots": (2, 4), "allowed": (2, 2)}
    assert {rule["rule"]: rule["counted_as_human"] for rule in report["rules"]}[Rule.AI_CRAWLER] == 2
    assert (await call("GET", "/stats/summary?period=day"))["pageviews"] == 5

    await call("DELETE", f"/bots/overrides/{made['override']['id']}", 204)
    await recounted()
    assert amounts(await call("GET", "/bots?period=day")) == {"human": (2, 3), "bots": (4, 6), "allowed": (0, 0)}
    assert (await call("GET", "/bots/overrides"))["overrides"] == []


async def test_network_is_blocked_except_for_an_allowed_user_agent(call, traffic, recounted):
    made = await call("POST", "/bots/overrides", 201, kind="network", value="203.0.113.77", action="block")
    assert made["override"]["value"] == "203.0.113.0/24", "no address is kept"
    await call("POST", "/bots/overrides", 201, kind="user_agent", value="*googlebot*", action="allow")
    await recounted()
    visits = (await call("GET", "/bots/visits?period=day&network=203.0.113.0/24"))["visits"]
    assert {visit["name"]: (visit["reason"], visit["verdict"]) for visit in visits} == {
        "Chrome": (Rule.MANUAL, ""), "Googlebot": ("", Rule.CRAWLER)
    }  # fmt: skip


async def test_second_override_replaces_first(call, site_id):
    wanted = {"kind": "rule", "value": "ua:preview"}
    first = await call("POST", "/bots/overrides", 201, **wanted, action="allow")
    second = await call("POST", "/bots/overrides", 201, **wanted, action="block")
    assert first["override"]["id"] == second["override"]["id"]
    assert [each["action"] for each in (await call("GET", "/bots/overrides"))["overrides"]] == ["block"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("rule", "ua:nonsense"),
        ("rule", "manual"),
        ("network", "shop.example"),
        ("network", "300.0.0.0/8"),
        ("user_agent", ""),
        ("user_agent", "*a*b*c*d*"),
        ("user_agent", "a\0b"),
    ],
)
async def test_invalid_override_value_is_rejected(call, site_id, kind, value):
    await call("POST", "/bots/overrides", 422, kind=kind, value=value, action="block")


async def test_number_of_overrides_is_limited(call, site_id, pool, clock):
    for number in range(MAX_OVERRIDES):
        await pool.execute(
            "insert into bot_overrides values ($1, $2, 'user_agent', $3, 'block', now())",
            uuid.uuid4(), site_id, f"agent {number}",
        )  # fmt: skip
    refused = await call("POST", "/bots/overrides", 409, kind="rule", value="ua:crawler", action="allow")
    assert refused["type"].endswith("too-many-overrides")
    await call("POST", "/bots/overrides", 201, kind="user_agent", value="agent 7", action="allow")


async def test_changed_limits_start_a_reclassification(call, site_id, pool):
    before = await call("GET", "/bots/settings")
    assert before == {"rate_per_minute": 60, "paths_in_15_minutes": 20, "lifetime_paths": 50, "model": "show"}
    changed = await call("PATCH", "/bots/settings", lifetime_paths=0)
    assert changed == before | {"lifetime_paths": 0}
    assert await pool.fetchval("select with_behavior from bot_reclassifications")
    await call("PATCH", "/bots/settings", 422, rate_per_minute=-1)


async def test_changed_bot_policy_recounts_past_visits(call, traffic, recounted):
    await call("PATCH", "", bot_policy="count")
    await recounted()
    report = await call("GET", "/bots?period=day")
    assert amounts(report) == {"human": (6, 9), "bots": (0, 0), "allowed": (4, 6)}
    await call("PATCH", "", bot_policy="separate")
    await recounted()
    assert amounts(await call("GET", "/bots?period=day"))["human"] == (2, 3)


async def test_model_scores_hide_visitors_from_non_administrators(call, site_id, pool, reader, clock):
    await make_site_admin(pool, reader, "shop")
    await pool.execute(
        "insert into bot_scores values (0, $1, $2, 0.7, '{regular}', now(), now())", site_id, uuid.uuid4()
    )
    (score,) = (await call("GET", "/bots/scores"))["scores"]
    assert score["visitor"]
    assert score["reasons"] == ["regular"]
    (theirs,) = (await call("GET", "/bots/scores", user=reader))["scores"]
    assert theirs == score | {"visitor": None}
