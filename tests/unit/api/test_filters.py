"""Filters and sort orders as text, and what they become: queries in which nothing that a caller wrote is text."""

import re
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.reports.compose import VisitRange, breakdown, events_by_bucket, visits_by_bucket
from services.api.reports.filters import Filter, Operator, parse_filter
from services.api.reports.params import BreakdownPage, Sort, SortColumn, parse_sort
from services.api.reports.report_dimensions import DIMENSIONS, dimension_of

BEGIN, END = datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 8, tzinfo=UTC)
SPAN = VisitRange(1, BEGIN, END, range(4))

texts = st.text(st.characters(exclude_characters="\0"), max_size=60)
keys = st.text(st.characters(exclude_characters="\0"), min_size=1, max_size=60)
names = st.sampled_from([name for name, dimension in DIMENSIONS.items() if dimension.filterable])
values = st.lists(texts, min_size=1, max_size=4, unique=True).map(tuple)
operators = st.sampled_from(list(Operator))
plain_filters = st.builds(
    lambda name, operator, chosen: Filter(dimension_of(name), operator, chosen), names, operators, values
)
property_filters = st.builds(
    lambda key, operator, chosen: Filter(dimension_of(f"property.{key}"), operator, chosen), keys, operators, values
)


@given(plain_filters | property_filters)
def test_filter_round_trips(wanted):
    assert parse_filter(str(wanted)) == wanted


@given(st.text() | st.builds(":".join, st.lists(names | operators | st.text(max_size=5), min_size=2, max_size=5)))
def test_arbitrary_text_is_rejected_or_round_trips(text):
    with suppress(ValueError):
        wanted = parse_filter(text)
        assert parse_filter(str(wanted)) == wanted


def test_value_can_contain_colons_and_be_empty():
    assert parse_filter("referrer:is:https://a.example:80/").values == ("https://a.example:80/",)
    assert parse_filter("utm_source:is_not:").values == ("",)
    assert parse_filter("property.a:b:is:c") == Filter(dimension_of("property.a:b"), Operator.IS, ("c",))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("NZ|FR", ("NZ", "FR")),
        ("NZ|", ("NZ", "")),
        ("NZ|NZ", ("NZ",)),
        (r"a\|b|c", ("a|b", "c")),
        (r"a\\|b", ("a\\", "b")),
        (r"C:\temp", (r"C:\temp",)),
        ("a\\", ("a\\",)),
    ],
)
def test_values_are_split_at_unescaped_bars(text, values):
    assert parse_filter(f"page:is:{text}").values == values


def test_key_with_operator_is_escaped():
    assert parse_filter(r"property.a\:is:b:is:c").dimension.key == "a:is:b"


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("", "dimension:operator:value"),
        ("country", "dimension:operator:value"),
        ("country:is", "dimension:operator:value"),
        ("country:equals:NZ", "is_not"),
        ("Country:is:NZ", "unknown dimension"),
        ("visitor_id:is:a", "unknown dimension"),
        ("v.country:is:NZ", "unknown dimension"),
        ("property:is:plan", "property.KEY"),
        ("property.:is:plan", "unknown dimension"),
        ("country:is:\0", "null character"),
        ("country:is:" + "a" * 2_001, "2,000"),
        ("country:is:" + "|".join(str(number) for number in range(51)), "50 values"),
        (f"property.{'a' * 101}:is:b", "unknown dimension"),
        (None, "dimension:operator:value"),
        (7, "dimension:operator:value"),
    ],
)
def test_invalid_filter_is_rejected_with_reason(text, detail):
    with pytest.raises(ValueError, match=re.escape(detail)):
        parse_filter(text)


@given(st.text())
def test_sort_is_known_column_or_rejected(text):
    if text.removeprefix("-") in list(SortColumn):
        assert str(parse_sort(text)) == text
    else:
        with pytest.raises(ValueError):
            parse_sort(text)


@pytest.mark.parametrize("column", list(SortColumn))
def test_every_column_sorts_in_both_directions(column):
    assert parse_sort(column) == Sort(column, False)
    assert parse_sort(f"-{column}") == Sort(column, True)


@given(st.lists(plain_filters | property_filters, max_size=4), texts, keys)
def test_statements_contain_no_text_of_caller(filters, search, key):
    """Queries of the same filters with other values are the same texts; only the arguments differ."""

    def questions(wanted, searched, of_key):
        rows = BreakdownPage(searched, Sort(), 10, 0)
        yield visits_by_bucket(SPAN, [BEGIN], wanted)
        yield events_by_bucket(SPAN, [BEGIN], wanted)
        for name in ("country", "page", f"property.{of_key}"):
            yield breakdown(SPAN, dimension_of(name), rows, wanted)

    x = dimension_of("property.x")
    blank = [
        Filter(x if each.dimension.key else each.dimension, each.operator, ("",) * len(each.values)) for each in filters
    ]
    for question, same in zip(questions(filters, search, key), questions(blank, "", "x"), strict=True):
        assert question.text == same.text
        numbers = {int(number) for number in re.findall(r"\$(\d+)", question.text)}
        assert numbers == set(range(1, len(question.args) + 1)), "each argument is used"
        assert "{" not in question.text
