"""Files that are damaged, or were made to do harm: refused, with the row, and nothing of them stored."""

import io
import json
import struct
from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.api.export_import.pages import MAX_PAGE
from services.api.export_import.routes import TRANSFERS
from services.api.export_import.rows import MAX_TEXT
from tests.integration.api.conftest import NOW
from tests.support.rows import add_visit

WHO = b"anna".ljust(16, b"\0")


@pytest.fixture
async def site_id(here):
    """A site with one visit: a page view and an event."""
    number = await here.make_site("shop")
    await here.make_site("copy")
    await add_visit(here.pool, number, NOW - timedelta(hours=2), visitor=WHO, seconds=9, events=(5,))
    return number


@pytest.fixture
async def lines(here, site_id):
    """The header, a visit, and its two events, in JSON."""
    return [json.loads(line) for line in (await here.export("shop", format="jsonl")).splitlines()]


@pytest.fixture
async def table(here, site_id):
    return pq.read_table(io.BytesIO(await here.export("shop", format="parquet")))


def jsonl(lines):
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def parquet(table, **how):
    file = io.BytesIO()
    pq.write_table(table, file, **how)
    return file.getvalue()


def with_value(table, name, value, row=0):
    """The table with another value in a row."""
    column = table.column(name)
    values = [value if number == row else each for number, each in enumerate(column.to_pylist())]
    place = table.schema.get_field_index(name)
    return table.set_column(place, table.schema.field(name), pa.chunked_array([pa.array(values, column.type)]))


async def stored(here):
    return await here.pool.fetchval(
        "select count(*) from events where site_id = (select id from sites where name = 'copy')"
    )


FUTURE = (NOW + timedelta(days=2)).isoformat()
LONG_AGO = "1999-12-31T23:59:59Z"


@pytest.mark.parametrize(
    ("row", "field", "value", "word"),
    [
        (1, "pageviews", -1, "0 and"),
        (1, "pageviews", 2**31, "0 and"),
        (1, "screen_width", 2**15, "0 and"),
        (1, "browser", "x" * 101, "100 characters"),
        (1, "user_agent", "x" * 513, "512 characters"),
        (1, "city", "a\u0000b", "control character"),
        (1, "city", "a\u001bb", "control character"),
        (1, "network", "81.2.69.142", "/24"),
        (1, "network", "81.2.69.142/32", "/24"),
        (1, "visit_started_at", FUTURE, "now"),
        (1, "visit_started_at", LONG_AGO, "2000"),
        (1, "ended_at", LONG_AGO, "start"),
        (1, "first_visit", FUTURE, "start"),
        (1, "last_visit", LONG_AGO, "start"),
        (2, "kind", "visit", "pageview"),
        (2, "scroll", 101, "0 and"),
        (2, "time", FUTURE, "24 hours"),
        (3, "time", LONG_AGO, "30 minutes"),
        (2, "path", "/" * 1001, "1,000 characters"),
        (2, "props", {"key": "x" * 501}, "too long"),
        (2, "props", {"key": [1]}, "Expected"),
        (2, "props", {"key": 1e300}, "2^53"),
        (2, "props", {str(n): n for n in range(31)}, "30 keys"),
        (2, "props", "text", "Expected"),
    ],
)
async def test_a_value_that_cannot_be_is_refused_with_its_row_and_field(here, lines, row, field, value, word):
    lines[row][field] = value
    answer = await here.send("copy", jsonl(lines))
    problem = await answer.json()
    assert (answer.status, problem["type"]) == (422, "urn:pyuniqvisit:problem:invalid-row")
    assert problem["field"] == f"{row + 1}.{field}"
    assert word in problem["detail"]
    assert await stored(here) == 0


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"pageviews": "1"}, "Expected `int`"),
        ({"more": 1}, "unknown field"),
        ({"record": "person"}, "person"),
        ({"visitor_id": "anna"}, "UUID"),
        ({"visit_started_at": "2046-11-22T10:30:00"}, "timezone"),
    ],
)
async def test_a_line_of_another_shape_is_refused_with_its_number(here, lines, change, word):
    lines[1] |= change
    status, slug, detail = await here.refusal("copy", jsonl(lines))
    assert (status, slug) == (422, "invalid-row")
    assert detail.startswith("row 2: ")
    assert word in detail


@pytest.mark.parametrize(
    "file",
    [
        b"",
        b"\n",
        b"{}\n",
        b"not json",
        b"PAR1",
        b"PAR1" + bytes(1000) + struct.pack("<I", 900) + b"PAR1",
        b'{"format": "pyuniqvisit-export", "version": 1}',
        b"{" * 600_000,
    ],
)
async def test_what_is_no_export_is_refused(here, site_id, file):
    status, slug, _ = await here.refusal("copy", file)
    assert (status, slug) == (422, "invalid-export")


async def test_another_version_of_the_format_is_refused(here, lines):
    lines[0]["version"] = 2
    assert (await here.refusal("copy", jsonl(lines)))[1:] == (
        "invalid-export",
        "this file has version 2 of the format; known is 1",
    )


async def test_a_file_that_broke_off_is_not_taken_for_a_whole_one(here, lines, table):
    status, slug, detail = await here.refusal("copy", jsonl(lines[:-1]))
    assert (status, slug) == (422, "incomplete-file")
    assert "2 events, and has 1 and 1;" in detail
    assert (await here.refusal("copy", jsonl(lines)[:-20]))[1] == "invalid-row"
    whole = parquet(table)
    for length in (5, len(whole) // 2, len(whole) - 1):
        assert (await here.refusal("copy", whole[:length]))[1] == "invalid-export"


async def test_a_file_that_other_software_wrote_again_is_taken(here, table):
    for how in (
        {"compression": "none"},
        {"use_dictionary": False},
        {"row_group_size": 1},
        {"data_page_version": "2.0"},
    ):
        answer = await here.take("copy", parquet(table, **how))
        assert answer["events"]["read"] == 2
    assert await stored(here) == 2


async def test_a_wrong_row_of_parquet_is_named_too(here, table):
    for name, value, row, place in (
        ("pageviews", -1, 0, "row 1, pageviews"),
        ("path", None, 1, "row 2, path"),
        ("path", "/", 0, "row 1, path"),
        ("props", '{"a": {}}', 2, "row 3, props"),
        ("record", "person", 1, "row 2, record"),
    ):
        assert (await here.refusal("copy", parquet(with_value(table, name, value, row))))[2].startswith(place)
    assert await stored(here) == 0


async def test_a_table_of_another_shape_is_refused(here, table):
    more = table.append_column("shard", pa.array([1] * len(table)))
    other = table.set_column(
        table.schema.get_field_index("pageviews"), "pageviews", table.column("pageviews").cast(pa.int64())
    )
    for wrong in (more, other, table.drop_columns(["path"])):
        assert (await here.refusal("copy", parquet(wrong)))[1] == "invalid-export"
    assert (await here.refusal("copy", parquet(table.replace_schema_metadata({}))))[1] == "invalid-export"


async def test_pages_that_would_fill_the_memory_are_not_unpacked(here, table):
    huge = with_value(table, "user_agent", "x" * (MAX_PAGE + 1))
    small_file = parquet(huge, compression="zstd", use_dictionary=False)
    assert len(small_file) < 100_000
    status, slug, detail = await here.refusal("copy", small_file)
    assert (status, slug) == (422, "invalid-export")
    assert "larger" in detail
    assert (await here.refusal("copy", parquet(huge, compression="zstd")))[1] == "invalid-export"


async def test_a_long_text_that_many_rows_name_is_not_multiplied(here, table):
    many = pa.concat_tables([with_value(table.slice(0, 1), "user_agent", "x" * (MAX_TEXT * 4 + 1))] * 10_000)
    status, slug, detail = await here.refusal("copy", parquet(many, compression="zstd"))
    assert (status, slug) == (422, "invalid-export")
    assert "user_agent" in detail


async def test_encodings_that_could_blow_up_are_refused(here, table):
    file = parquet(table, use_dictionary=False, column_encoding={"user_agent": "DELTA_BYTE_ARRAY"})
    assert (await here.refusal("copy", file))[1] == "invalid-export"


async def test_damaged_bytes_never_fail_here(here, table):
    whole = bytearray(parquet(table))
    for place in range(4, len(whole) - 8, len(whole) // 7):
        damaged = bytes(whole[:place]) + bytes([whole[place] ^ 0x55]) + bytes(whole[place + 1 :])
        assert (await here.send("copy", damaged)).status in (200, 422), place


async def test_a_file_beyond_the_limit_is_refused(here, lines):
    here.client.app[TRANSFERS]._max_bytes = 100
    assert (await here.refusal("copy", jsonl(lines)))[:2] == (413, "body-too-large")
