"""Limits of behavior at their exact values, and scores of the model."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from common.bots import Rule
from services.worker.bots.behavior import (
    MINUTE,
    QUARTER_HOUR,
    max_events_within,
    max_paths_within,
    verdict_of_visit,
    verdict_of_visitor,
)
from services.worker.bots.features import FEATURES, VisitorActivity, features_of
from services.worker.bots.model import MIN_VISITORS, VisitorModel
from services.worker.bots.site_bot_policy import DEFAULT_LIMITS, BehaviorLimits

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def events(*seconds_and_paths):
    return [(NOON + timedelta(seconds=at), path) for at, path in seconds_and_paths]


moments = st.lists(st.tuples(st.integers(0, 3_600), st.sampled_from([None, "/a", "/b", "/c", "/d"])), max_size=40).map(
    lambda each: events(*sorted(each, key=lambda one: one[0]))
)


@given(moments)
def test_busiest_span_equals_brute_force(each):
    within = [[other for other in each if timedelta(0) <= other[0] - at < MINUTE] for at, _ in each]
    assert max_events_within(MINUTE, each) == max(map(len, within), default=0)
    paths = [{p for other, p in each if p and timedelta(0) <= other - at < QUARTER_HOUR} for at, _ in each]
    assert max_paths_within(QUARTER_HOUR, each) == max(map(len, paths), default=0)


def test_limits_are_violated_only_when_exceeded():
    pages = [(number * 40, f"/{number}") for number in range(21)]
    assert verdict_of_visit(events(*pages[:20]), DEFAULT_LIMITS) == ""
    assert verdict_of_visit(events(*pages), DEFAULT_LIMITS) == Rule.PATHS
    assert verdict_of_visit(events(*pages), BehaviorLimits(paths_in_15_minutes=0)) == ""
    busy = [(number * 0.9, None) for number in range(61)]
    assert verdict_of_visit(events(*busy[:60]), DEFAULT_LIMITS) == ""
    assert verdict_of_visit(events(*busy), DEFAULT_LIMITS) == Rule.RATE


def test_many_pages_over_all_visits_are_a_violation_only_without_reading():
    assert verdict_of_visitor(50, 60, 0, DEFAULT_LIMITS) == ""
    assert verdict_of_visitor(51, 60, 0, DEFAULT_LIMITS) == Rule.LIFETIME_PATHS
    assert verdict_of_visitor(51, 60, 60 * 2_000, DEFAULT_LIMITS) == ""


def reader(rng):
    at, pages = NOON + timedelta(hours=rng.uniform(-4, 9)), []
    for _ in range(rng.randint(6, 12)):
        pages.append((at, f"/{rng.randrange(30)}"))
        at += timedelta(seconds=rng.lognormvariate(3.4, 1))
    return VisitorActivity(pages, sum(rng.randint(5_000, 60_000) for _ in pages), rng.randint(0, 2))


def test_model_finds_regular_visitor_and_gives_features_as_reasons():
    rng = Random(5)
    readers = [features_of(reader(rng)) for _ in range(4 * MIN_VISITORS)]
    clock = features_of(VisitorActivity([(NOON + timedelta(seconds=60 * n), f"/{n}") for n in range(15)], 0, 0))
    model = VisitorModel([*readers, clock])
    (score,) = model.scores([clock])
    assert score is not None
    assert {"regular", "unread"} <= set(score.reasons) <= set(FEATURES)
    assert 0.5 < score.score < 1
    assert sum(map(bool, model.scores(readers))) <= 2
    assert model.scores([clock]) == VisitorModel([*readers, clock]).scores([clock]), "scores are reproducible"
