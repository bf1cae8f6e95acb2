"""What follows from the table of dimensions."""

from typing import get_type_hints

from common.dimensions import DIMENSION_COLUMNS, OPENING_COLUMNS, OPENING_DIMENSIONS, VISIT_DIMENSIONS, visit_values
from common.visits import VISIT_COLUMNS
from services.worker.enrich.event import Event


def test_dimensions_have_names_columns_and_rollup_ids_of_their_own():
    for facts in ([d.name for d in VISIT_DIMENSIONS], DIMENSION_COLUMNS, [d.rollup for d in VISIT_DIMENSIONS]):
        assert len(set(facts)) == len(VISIT_DIMENSIONS)
    assert len(VISIT_COLUMNS) == len(set(VISIT_COLUMNS))


def test_every_dimension_is_filled_by_an_attribute_of_the_enriched_event():
    texts = {name for name, kind in get_type_hints(Event).items() if isinstance(kind, type) and issubclass(kind, str)}
    assert {dimension.source for dimension in OPENING_DIMENSIONS} <= texts


def test_values_are_shown_with_their_country_and_with_what_they_are_a_version_of():
    columns = dict.fromkeys(OPENING_COLUMNS, "") | {
        "country": "NZ", "region": "Otago", "browser": "Firefox", "browser_version": "140", "os_version": "15",
    }  # fmt: skip
    values = visit_values(columns[column] for column in OPENING_COLUMNS)
    shown = dict(zip((dimension.name for dimension in OPENING_DIMENSIONS), values, strict=True))
    assert (shown["country"], shown["region"], shown["city"]) == ("NZ", "NZ/Otago", "")
    assert (shown["browser"], shown["browser_version"]) == ("Firefox", "Firefox 140")
    assert (shown["os"], shown["os_version"]) == ("", " 15")
