"""Damaged and malicious files are rejected; errors name the row, and no row of the file is stored."""

import io
import json
import struct
from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.api.export_import.file_format import MAX_TEXT
from services.api.export_import.parquet_pages import MAX_PAGE_BYTES
from services.api.export_import.routes import TRANSFERS
from tests.integration.api.conftest import NOW
from tests.support.rows import add_visit

VISITOR = b"anna".ljust(16, b"\0")


@pytest.fixture
async def site_id(here):
    """A site with one visit: a page view and an event."""
    number = await here.make_site("shop")
    await here.make_site("copy")
    await add_visit(here.pool, number, NOW - timedelta(hours=2), visitor=VISITOR, seconds=9, events=(5,))
    return number


@pytest.fixture
async def lines(here, site_id):
    """The decoded header, visit and two events."""
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
    """Return the table with another value in one row."""
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
async def test_invalid_value_is_rejected_with_its_row_and_field(here, lines, row, field, value, word):
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
        ({"record": "profile"}, "profile"),
        ({"visitor_id": "anna"}, "UUID"),
        ({"visit_started_at": "2046-11-22T10:30:00"}, "timezone"),
    ],
)
async def test_line_with_unexpected_fields_is_rejected_with_its_number(here, lines, change, word):
    lines[1] |= change
    status, slug, detail = await here.import_problem("copy", jsonl(lines))
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
async def test_file_that_is_no_export_is_rejected(here, site_id, file):
    status, slug, _ = await here.import_problem("copy", file)
    assert (status, slug) == (422, "invalid-export")


async def test_unsupported_format_version_is_rejected(here, lines):
    lines[0]["version"] = 2
    assert (await here.import_problem("copy", jsonl(lines)))[1:] == (
        "invalid-export",
        "format version 2 is unsupported; supported is 1",
    )


async def test_truncated_file_is_rejected(here, lines, table):
    status, slug, detail = await here.import_problem("copy", jsonl(lines[:-1]))
    assert (status, slug) == (422, "incomplete-file")
    assert "2 events; the file has 1 and 1." in detail
    assert (await here.import_problem("copy", jsonl(lines)[:-20]))[1] == "invalid-row"
    whole = parquet(table)
    for length in (5, len(whole) // 2, len(whole) - 1):
        assert (await here.import_problem("copy", whole[:length]))[1] == "invalid-export"


async def test_file_rewritten_by_other_software_is_imported(here, table):
    for how in (
        {"compression": "none"},
        {"use_dictionary": False},
        {"row_group_size": 1},
        {"data_page_version": "2.0"},
    ):
        answer = await here.import_file("copy", parquet(table, **how))
        assert answer["events"]["read"] == 2
    assert await stored(here) == 2


async def test_invalid_row_of_a_parquet_file_is_named(here, table):
    for name, value, row, place in (
        ("pageviews", -1, 0, "row 1, pageviews"),
        ("path", None, 1, "row 2, path"),
        ("path", "/", 0, "row 1, path"),
        ("props", '{"a": {}}', 2, "row 3, props"),
        ("record", "profile", 1, "row 2, record"),
    ):
        assert (await here.import_problem("copy", parquet(with_value(table, name, value, row))))[2].startswith(place)
    assert await stored(here) == 0


async def test_parquet_file_with_another_schema_is_rejected(here, table):
    more = table.append_column("shard", pa.array([1] * len(table)))
    other = table.set_column(
        table.schema.get_field_index("pageviews"), "pageviews", table.column("pageviews").cast(pa.int64())
    )
    for wrong in (more, other, table.drop_columns(["path"])):
        assert (await here.import_problem("copy", parquet(wrong)))[1] == "invalid-export"
    assert (await here.import_problem("copy", parquet(table.replace_schema_metadata({}))))[1] == "invalid-export"


async def test_pages_too_large_for_memory_are_not_decompressed(here, table):
    huge = with_value(table, "user_agent", "x" * (MAX_PAGE_BYTES + 1))
    small_file = parquet(huge, compression="zstd", use_dictionary=False)
    assert len(small_file) < 100_000
    status, slug, detail = await here.import_problem("copy", small_file)
    assert (status, slug) == (422, "invalid-export")
    assert "a page of the file has more than" in detail
    assert (await here.import_problem("copy", parquet(huge, compression="zstd")))[1] == "invalid-export"


async def test_long_text_repeated_by_many_rows_is_rejected(here, table):
    many = pa.concat_tables([with_value(table.slice(0, 1), "user_agent", "x" * (MAX_TEXT * 4 + 1))] * 10_000)
    status, slug, detail = await here.import_problem("copy", parquet(many, compression="zstd"))
    assert (status, slug) == (422, "invalid-export")
    assert "user_agent" in detail


async def test_unsupported_page_encodings_are_rejected(here, table):
    file = parquet(table, use_dictionary=False, column_encoding={"user_agent": "DELTA_BYTE_ARRAY"})
    assert (await here.import_problem("copy", file))[1] == "invalid-export"


async def test_damaged_bytes_never_cause_a_server_error(here, table):
    whole = bytearray(parquet(table))
    for place in range(4, len(whole) - 8, len(whole) // 7):
        damaged = bytes(whole[:place]) + bytes([whole[place] ^ 0x55]) + bytes(whole[place + 1 :])
        assert (await here.send("copy", damaged)).status in (200, 422), place


async def test_file_above_the_size_limit_is_rejected(here, lines):
    here.client.app[TRANSFERS]._max_bytes = 100
    assert (await here.import_problem("copy", jsonl(lines)))[:2] == (413, "body-too-large")
