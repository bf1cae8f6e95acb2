import inspect

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from common.beacon import MAX_USER_AGENT, VERSION, Beacon, Kind
from common.outcomes import DropReason
from common.urls import MAX_HOST, MAX_PATH, MAX_VALUE
from services.worker.enrich import STEPS, Channel, Drop, Event, GeoDatabase, NullGeo, Pipeline, Place
from services.worker.enrich.referrer import MAX_REFERRER
from tests.unit.worker.enrich.conftest import MakeBeacon


def enriched(pipeline: Pipeline, beacon: Beacon) -> Event:
    event = pipeline.enrich(beacon)
    assert isinstance(event, Event)
    return event


def test_beacon_becomes_event_with_all_values(beacon: MakeBeacon) -> None:
    class Somewhere(NullGeo):
        def place(self, network: str) -> Place:
            return Place("GB", "England", f"the city of {network}")

    sent = beacon(
        host="www.example.com",
        path="/pricing",
        query="utm_source=newsletter&utm_medium=email&utm_campaign=may&utm_term=a&utm_content=b",
        referrer="https://news.ycombinator.com/item",
        width=1280,
        language="en-us",
    )
    event = enriched(Pipeline(Somewhere()), sent)
    assert event.beacon is sent
    assert (event.hostname, event.path) == ("www.example.com", "/pricing")
    assert (event.referrer, event.source, event.channel) == (
        "news.ycombinator.com/item",
        "newsletter",
        Channel.EMAIL,
    )
    assert (event.utm_source, event.utm_medium, event.utm_campaign) == ("newsletter", "email", "may")
    assert (event.utm_term, event.utm_content) == ("a", "b")
    assert (event.country, event.region, event.city) == ("GB", "England", "the city of 192.0.2.0/24")
    assert (event.browser, event.browser_version, event.os, event.device) == ("Firefox", "140", "Linux", "Desktop")
    assert (event.screen, event.language, event.bot_reason) == ("L", "en-US", "")


def test_steps_are_named_functions_in_order_of_dependence() -> None:
    names = [step.__name__ for step in STEPS]
    assert names == ["url", "referrer", "channel", "campaign", "user_agent", "screen", "language", "geo", "bot"]
    assert all(inspect.isfunction(step) for step in STEPS)


def test_page_without_host_is_dropped(pipeline: Pipeline, beacon: MakeBeacon) -> None:
    assert pipeline.enrich(beacon(host="")) == Drop(DropReason.NO_PAGE)


@pytest.mark.parametrize("kind", [Kind.EVENT, Kind.CLICK])
def test_event_or_click_without_name_is_dropped(pipeline: Pipeline, beacon: MakeBeacon, kind: Kind) -> None:
    assert pipeline.enrich(beacon(kind=kind)) == Drop(DropReason.NO_NAME)
    assert enriched(pipeline, beacon(kind=kind, name="signup")).beacon.name == "signup"


@pytest.mark.parametrize("kind", [Kind.PAGEVIEW, Kind.LEAVE])
def test_page_views_and_leaves_need_no_name(pipeline: Pipeline, beacon: MakeBeacon, kind: Kind) -> None:
    assert enriched(pipeline, beacon(kind=kind)).path == "/"


def test_host_of_control_characters_is_dropped(pipeline: Pipeline, beacon: MakeBeacon) -> None:
    assert pipeline.enrich(beacon(host="\x00\x01")) == Drop(DropReason.NO_PAGE)


def test_bots_are_kept_with_reason(pipeline: Pipeline, beacon: MakeBeacon) -> None:
    assert enriched(pipeline, beacon(user_agent="curl/8.5.0")).bot_reason == "ua:http-library"
    assert enriched(pipeline, beacon(user_agent="")).bot_reason == "ua:empty"
    assert enriched(pipeline, beacon(referrer="https://best.semalt.com/x")).bot_reason == "referrer:spam"


def test_webdriver_hint_counts_when_user_agent_looks_human(pipeline: Pipeline, beacon: MakeBeacon) -> None:
    assert enriched(pipeline, beacon(automated=True)).bot_reason == "hint:webdriver"
    headless = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0.0.0 Safari/537.36"
    assert enriched(pipeline, beacon(automated=True, user_agent=headless)).bot_reason == "ua:headless"


def test_values_of_one_event_never_leak_into_next(pipeline: Pipeline, beacon: MakeBeacon) -> None:
    before = enriched(pipeline, beacon())
    enriched(pipeline, beacon(query="utm_source=x&utm_campaign=y", user_agent="", referrer="https://github.com/"))
    assert enriched(pipeline, beacon()) == before


def test_repeated_values_are_looked_up_once(beacon: MakeBeacon) -> None:
    pipeline = Pipeline(NullGeo())
    for _ in range(5):
        enriched(pipeline, beacon(referrer="https://github.com/", query="ref=x"))
    lookups = pipeline.lookups
    for cached in (lookups.user_agent, lookups.referrer, lookups.attribution, lookups.language):
        assert cached.cache_info().misses == 1  # type: ignore[attr-defined]


def test_caches_are_bounded_and_belong_to_one_pipeline(beacon: MakeBeacon) -> None:
    small, other = Pipeline(NullGeo(), user_agents=8, referrers=8), Pipeline(NullGeo())
    for number in range(50):
        event = enriched(small, beacon(user_agent=f"Firefox/{number}.0", referrer=f"https://site{number}.org/"))
        assert event.source == f"site{number}.org"
    assert small.lookups.user_agent.cache_info().currsize == 8  # type: ignore[attr-defined]
    assert small.lookups.attribution.cache_info().currsize == 8  # type: ignore[attr-defined]
    assert other.lookups.user_agent.cache_info().currsize == 0  # type: ignore[attr-defined]


def test_every_geo_lookup_supports_reload() -> None:
    assert not NullGeo().reload_if_changed()
    assert callable(GeoDatabase.reload_if_changed)


LIMITS = {
    "hostname": MAX_HOST,
    "path": MAX_PATH,
    "referrer": MAX_REFERRER,
    "source": MAX_HOST,
    "utm_source": MAX_VALUE,
    "utm_medium": MAX_VALUE,
    "utm_campaign": MAX_VALUE,
    "utm_term": MAX_VALUE,
    "utm_content": MAX_VALUE,
    "browser": 64,
    "browser_version": 16,
    "os": 64,
    "os_version": 16,
    "device": 8,
    "screen": 3,
    "language": 8,
    "bot_reason": 32,
}
anything = st.text(st.characters(), max_size=2 * MAX_USER_AGENT)
urls = st.builds("{}://{}/{}".format, st.sampled_from(["https", "http", "android-app", ""]), anything, anything)
queries = st.builds("utm_source={}&ref={}&utm_medium={}&gclid={}".format, anything, anything, anything, anything)
shaped = st.from_regex(r"Mozilla/\d\.0 \(.{0,40}\) \w{1,20}/[\d.]{1,30} Version/\S{1,40} Safari/\d+")


@hypothesis_settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    beacon=st.builds(
        Beacon,
        version=st.just(VERSION),
        id=st.just(bytes(16)),
        site_id=st.integers(),
        received_at=st.integers(),
        kind=st.sampled_from(Kind),
        visitor_id=st.just(bytes(16)),
        network=anything,
        user_agent=anything | shaped,
        host=anything,
        path=anything,
        query=anything | queries,
        referrer=anything | urls,
        width=st.integers(),
        language=anything,
        name=anything,
        automated=st.booleans(),
    )
)
def test_any_beacon_becomes_event_within_limits_or_is_dropped(pipeline: Pipeline, beacon: Beacon) -> None:
    event = pipeline.enrich(beacon)
    if isinstance(event, Drop):
        assert event.reason in DropReason
        return
    assert event.channel in Channel
    for field, limit in LIMITS.items():
        value = getattr(event, field)
        assert len(value) <= limit, field
        # PostgreSQL cannot store these as text.
        assert "\x00" not in value, field
        value.encode()
