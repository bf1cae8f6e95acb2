"""Size of samples, and the error of their estimates."""

from hashlib import blake2b
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.identity import shard_of
from common.metrics import Counts
from services.api.reports.filters import parse_filter
from services.api.reports.report_dimensions import dimension_of
from services.api.reports.sample import Sample, all_visitors, largest_error, reads_events, sample_of


@given(st.integers(1, 256), st.integers(0, 10**9), st.integers(1, 10**7))
def test_sample_stays_within_budget_with_at_least_one_shard(shards, visits, budget):
    sample = sample_of(shards, visits, budget)
    assert sample.is_complete == (visits <= budget or shards == 1)
    assert set(sample.shards) <= set(range(shards))
    assert len(sample.shards) == 1 or visits * len(sample.shards) <= budget * shards or sample.is_complete
    assert sample_of(shards, visits, budget) == sample


def test_counts_of_all_visitors_are_not_scaled():
    counts = Counts(visitors=7, visits=9, duration_ms=1_234)
    assert all_visitors(16).scaled(counts) is counts
    assert all_visitors(16).visitors_error(7) == 0


def test_quarter_sample_is_scaled_by_four():
    quarter = Sample((0, 1, 2, 3), 16)
    scaled = quarter.scaled(Counts(visitors=1_000, visits=1_500, bounces=500, pageviews=4_000, duration_ms=90_000))
    assert scaled == Counts(visitors=4_000, visits=6_000, bounces=2_000, pageviews=16_000, duration_ms=360_000)
    assert quarter.visitors_error(scaled.visitors) == pytest.approx(sqrt(0.75 / 1_000))
    assert largest_error(quarter, [40_000, 4_000, 0]) == quarter.visitors_error(4_000)
    assert largest_error(quarter, []) == 0


def test_error_matches_variance_of_shards():
    """Compare estimates with true numbers over many sites, each with different visitors."""
    visitors, sites, sample = 400, 300, Sample((0, 1, 2, 3), 16)
    errors = []
    for site in range(sites):
        ids = (blake2b(f"{site}/{number}".encode(), digest_size=16).digest() for number in range(visitors))
        found = sum(shard_of(visitor_id, 16) in sample.shards for visitor_id in ids)
        errors.append(sample.scaled(Counts(visitors=found)).visitors / visitors - 1)
    seen = sqrt(sum(error**2 for error in errors) / sites)
    assert seen == pytest.approx(sample.visitors_error(visitors), rel=0.15)


@pytest.mark.parametrize(
    ("dimension", "filters", "expected"),
    [
        ("country", (), False),
        ("country", ("browser:is:Firefox",), False),
        ("country", ("page:is:/",), True),
        ("page", (), True),
        (None, (), False),
        (None, ("browser:is:Firefox",), True),
    ],
)
def test_events_are_read_only_when_needed(dimension, filters, expected):
    by = dimension_of(dimension) if dimension else None
    assert reads_events(by, [parse_filter(text) for text in filters]) is expected
