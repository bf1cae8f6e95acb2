"""Insights over HTTP: stored results, too little data, and refresh requests."""

from datetime import date, timedelta

import pytest

from common.insights import Anomalies, Anomaly, ExpectedDay, Forecast, MetricForecast
from tests.integration.api.conftest import NOW

TODAY = NOW.date()


@pytest.fixture
def get(client, admin):
    async def ask(what, status=200):
        answer = await client.get(f"/api/v1/sites/shop/insights/{what}", headers=admin.headers)
        assert answer.status == status, await answer.text()
        return await answer.json()

    return ask


@pytest.fixture
async def site_id(client, admin, pool):
    body = {"name": "shop", "url": "https://shop.example", "timezone": "Europe/Berlin"}
    assert (await client.post("/api/v1/sites", json=body, headers=admin.headers)).status == 201
    return await pool.fetchval("select id from sites where name = 'shop'")


@pytest.fixture
def keep(pool, site_id):
    async def insert(kind, body, at=NOW):
        await pool.execute("insert into insights values ($1, $2, $3, $4)", site_id, kind, at, body)

    return insert


def expected(day: date) -> ExpectedDay:
    return ExpectedDay(day=day, expected=10, low_80=8, high_80=12, low_95=6, high_95=14)


async def test_insights_are_not_yet_computed_before_first_run(site_id, get):
    for what in ("forecast", "anomalies", "summary"):
        answer = await get(what)
        assert (answer["state"], answer["computed_at"], answer[what]) == ("not-yet", None, None)


async def test_too_little_data_is_reported_with_amount_needed(site_id, keep, get):
    refused = {"reason": "too-few-days", "have": 10, "needed": 28}
    await keep("forecast", {"refused": refused})
    answer = await get("forecast")
    assert (answer["state"], answer["too_little"], answer["forecast"]) == ("too-little", refused, None)


async def test_forecast_starts_today_with_requested_length(site_id, keep, get):
    yesterday = TODAY - timedelta(days=1)
    days = MetricForecast(days=tuple(expected(yesterday + timedelta(days=n)) for n in range(90)), quality=None)
    forecast = Forecast(first_day=date(2046, 1, 1), last_day=TODAY - timedelta(days=2), visitors=days, pageviews=days)
    await keep("forecast", {"found": {}}, NOW - timedelta(days=1))
    await keep("forecast", {"found": forecast.model_dump(mode="json")})
    answer = await get("forecast?days=7")
    assert answer["state"] == "ready"
    assert answer["computed_at"] == "2046-11-22T12:30:00Z"
    for metric in ("visitors", "pageviews"):
        listed = [each["day"] for each in answer["forecast"][metric]["days"]]
        assert listed == [f"{TODAY + timedelta(days=n)}" for n in range(7)]
    assert len((await get("forecast?days=90"))["forecast"]["visitors"]["days"]) == 89
    assert (await get("forecast?days=91", 400))["type"].endswith("invalid-query")


async def test_anomalies_are_limited_to_requested_days(site_id, keep, get):
    more = {"kind": "spike", "metric": "visitors", "value": 9, "expected": 3, "deviation": 7, "score": 0.8}
    found = tuple(Anomaly(day=TODAY - timedelta(days=ago), once_in_days=400, causes=(), **more) for ago in (3, 40, 400))
    anomalies = Anomalies(first_day=date(2045, 1, 1), last_day=TODAY, anomalies=found)
    await keep("anomalies", {"found": anomalies.model_dump(mode="json")})
    assert [len((await get(f"anomalies?days={days}"))["anomalies"]["anomalies"]) for days in (7, 90, 500)] == [1, 2, 3]


async def test_refresh_creates_a_request_for_the_worker(client, admin, site_id, pool, get):
    for _ in range(2):
        answer = await client.post("/api/v1/sites/shop/insights/refresh", headers=admin.headers)
        assert answer.status == 202
        assert (await answer.json())["requested_at"] == "2046-11-22T12:30:00Z"
    assert await pool.fetch("select site_id, attempts from insight_requests") == [(site_id, 0)]
    assert (await get("summary"))["requested_at"] == "2046-11-22T12:30:00Z"
