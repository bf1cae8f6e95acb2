"""Places in lists of visits, as text and back."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.api.http.errors import InvalidQueryError
from services.api.visitors.cursors import Cursor, read_cursor, write_cursor

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 10**16 - 1).map(lambda us: EPOCH + timedelta(microseconds=us))


@given(MOMENTS, st.uuids())
def test_cursor_round_trips(moment, visitor_id):
    assert read_cursor(write_cursor(Cursor(moment, visitor_id))) == Cursor(moment, visitor_id)


@given(st.text(max_size=60))
def test_arbitrary_text_is_invalid_cursor(text):
    with pytest.raises(InvalidQueryError) as refusal:
        read_cursor(text)
    assert refusal.value.fields[0].field == "after"


@pytest.mark.parametrize("text", ["", "1", f"1-{UUID(int=1)}", f"-1-{'0' * 32}", f"1-{'A' * 32}", f"1-{'0' * 32}\n"])
def test_malformed_cursor_is_rejected(text):
    with pytest.raises(InvalidQueryError):
        read_cursor(text)
