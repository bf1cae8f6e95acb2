"""Lines of `events send`."""

import json

import pytest

from services.cli.commands.events import _event
from services.cli.errors import CliError
from services.cli.import_log.ids import LineIds

LINE = json.dumps({"url": "https://shop.example/", "ip": "203.0.113.7", "time": 1_700_000_000_000})


def test_a_line_with_a_time_has_the_same_id_whenever_it_is_sent():
    first, again = (_event(LINE + end, 1, LineIds("shop"))[1]["id"] for end in ("\n", ""))
    assert first == again
    assert first != _event(LINE, 1, LineIds("another"))[1]["id"]


def test_a_line_that_stands_twice_counts_twice():
    ids = LineIds("shop")
    assert _event(LINE, 1, ids)[1]["id"] != _event(LINE, 2, ids)[1]["id"]


def test_an_id_of_the_senders_own_is_kept_and_what_happens_now_has_none():
    assert _event('{"time": 1, "id": "own"}', 1, LineIds("shop"))[1]["id"] == "own"
    assert "id" not in _event('{"url": "https://shop.example/"}', 1, LineIds("shop"))[1]


@pytest.mark.parametrize("line", ["{", "[]", "7", '"text"'])
def test_what_is_no_object_is_refused_with_its_line(line: str):
    with pytest.raises(CliError, match=r"^line 7: not "):
        _event(line, 7, LineIds("shop"))
