"""An export of a generated site contains all its rows, and another install can import them."""

from datetime import timedelta
from itertools import count

import msgspec
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.api.export_import import file_format
from services.api.export_import.file_format import (
    ExportedEvent,
    ExportedSettings,
    ExportedVisit,
    ExportHeader,
    write_header,
)
from tests.integration.api.conftest import NOW

DAY = timedelta(days=1)
TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters=[*map(chr, range(32)), "\x7f"]), max_size=6)
NUMBERS = {"screen_width": 2**15 - 1, "scroll": 100, "pageviews": 2**31 - 1, "events": 2**31 - 1}
PROPS = st.dictionaries(
    TEXT.map(lambda text: text[:100]),
    st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e15, 1e15) | TEXT,
    max_size=5,
)
NETWORKS = st.sampled_from(("", "81.2.69.0/24", "2001:db8:1::/48"))
_names = count(1)


def texts(kind):
    """A text for each text field of a kind of record, with at most the allowed length."""
    names = [name for name in kind.__struct_fields__ if name in file_format._TEXTS and name not in ("kind", "network")]
    return st.fixed_dictionaries(
        {name: TEXT.map(lambda text, most=file_format._TEXTS[name]: text[:most]) for name in names}
    )


def numbers(*names):
    return st.fixed_dictionaries({name: st.integers(0, NUMBERS.get(name, 2**31 - 1)) for name in names})


MOMENTS = st.timedeltas(timedelta(0), DAY / 2)


@st.composite
def sites(draw):
    """Visits, then events; visitors have several visits, and visits several events."""
    visits, events = [], []
    for visitor in draw(st.lists(st.uuids(), min_size=1, max_size=3, unique=True)):
        starts = draw(st.lists(st.integers(1, 400), min_size=1, max_size=3, unique=True))
        began = sorted(NOW - days * DAY - draw(MOMENTS) for days in starts)
        for start in began:
            ended = start + draw(MOMENTS)
            visits.append(
                ExportedVisit(
                    visitor_id=visitor,
                    visit_started_at=start,
                    ended_at=ended,
                    first_visit=began[0],
                    last_visit=began[-1],
                    network=draw(NETWORKS),
                    **draw(texts(ExportedVisit)),
                    **draw(numbers("pageviews", "events", "engaged_ms", "screen_width")),
                )
            )
            for id_ in draw(st.lists(st.uuids(), max_size=3, unique=True)):
                events.append(  # noqa: PERF401 - each value is drawn in turn
                    ExportedEvent(
                        visitor_id=visitor,
                        visit_started_at=start,
                        time=max(start - timedelta(minutes=30), min(ended, start + draw(MOMENTS))),
                        id=id_,
                        kind=draw(st.sampled_from([*file_format.KIND_NUMBERS])),
                        is_bot=draw(st.booleans()),
                        props=msgspec.Raw(msgspec.json.encode(draw(st.none() | PROPS))),
                        **draw(texts(ExportedEvent)),
                        **draw(numbers("engaged_ms", "scroll")),
                    )
                )
    return visits, events


def plain(lines):
    """Return decoded rows in a defined order."""
    rows = [msgspec.json.decode(line) for line in lines]
    return sorted(rows, key=lambda row: (row["record"], row["visitor_id"], row["visit_started_at"], row.get("id")))


@settings(
    max_examples=4,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(site=sites())
async def test_exported_and_imported_rows_are_equal(here, there, site):
    visits, events = site
    number = next(_names)
    first, second = f"first-{number}", f"second-{number}"
    site_id, other = await here.make_site(first), await there.make_site(second)
    rows = [msgspec.json.encode(row) for row in (*visits, *events)]
    header = ExportHeader(
        exported_at=NOW,
        site=ExportedSettings("any", "https://any.example", "UTC", "cookie", "honor", "separate"),
        visits=len(visits),
        events=len(events),
    )
    answer = await here.import_file(first, b"\n".join([write_header(header), *rows]))
    assert (answer["visits"]["stored"], answer["events"]["stored"]) == (len(visits), len(events))
    assert plain((await here.export(first, format="jsonl")).splitlines()[1:]) == plain(rows)
    await there.import_file(second, await here.export(first, format="parquet"))
    assert await there.rows(other) == await here.rows(site_id)
