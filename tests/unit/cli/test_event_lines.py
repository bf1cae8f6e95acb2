"""Lines of `events send`."""

import json

import pytest

from services.cli.errors import CliError
from services.cli.event_lines import read_event
from services.cli.import_log.ids import LineIds

LINE = json.dumps({"url": "https://shop.example/", "ip": "203.0.113.7", "time": 1_700_000_000_000})


def test_a_line_with_a_time_has_the_same_id_whenever_it_is_sent():
    first, again = (read_event(LINE + end, 1, LineIds("shop"))[1]["id"] for end in ("\n", ""))
    assert first == again
    assert first != read_event(LINE, 1, LineIds("another"))[1]["id"]


def test_a_line_that_stands_twice_counts_twice():
    ids = LineIds("shop")
    assert read_event(LINE, 1, ids)[1]["id"] != read_event(LINE, 2, ids)[1]["id"]


def test_an_id_of_the_senders_own_is_kept_and_what_happens_now_has_none():
    assert read_event('{"time": 1, "id": "own"}', 1, LineIds("shop"))[1]["id"] == "own"
    assert "id" not in read_event('{"url": "https://shop.example/"}', 1, LineIds("shop"))[1]


@pytest.mark.parametrize("line", ["{", "[]", "7", '"text"'])
def test_what_is_no_object_is_refused_with_its_line(line: str):
    with pytest.raises(CliError, match=r"^line 7: not "):
        read_event(line, 7, LineIds("shop"))
