"""Places in lists of visits, as text and back."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.errors import InvalidQueryError
from services.api.visitors.cursors import Cursor, read_cursor, write_cursor

MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2286, 1, 1), timezones=st.just(UTC))


@given(MOMENTS, st.uuids())
def test_a_place_comes_back_as_it_was_written(moment, visitor_id):
    assert read_cursor(write_cursor(Cursor(moment, visitor_id))) == Cursor(moment, visitor_id)


@given(st.text(max_size=60))
def test_any_other_text_is_a_wrong_parameter(text):
    try:
        assert write_cursor(read_cursor(text)).lstrip("0") == text.lstrip("0")
    except InvalidQueryError as error:
        assert error.wrong[0].field == "after"


@pytest.mark.parametrize("text", ["", "1", f"1-{UUID(int=1)}", f"-1-{'0' * 32}", f"1-{'A' * 32}", f"1-{'0' * 32}\n"])
def test_what_only_looks_like_a_place_is_refused(text):
    with pytest.raises(InvalidQueryError):
        read_cursor(text)
