"""The lines of `events send`."""

import json

import pytest

from services.cli.commands.events import read_event
from services.cli.errors import CliError
from services.cli.import_log.ids import LineIds

LINE = json.dumps({"url": "https://shop.example/", "ip": "203.0.113.7", "time": 1_700_000_000_000})


def test_line_with_time_has_same_id_whenever_sent():
    first, again = (read_event(LINE + end, 1, LineIds("shop"))[1]["id"] for end in ("\n", ""))
    assert first == again
    assert first != read_event(LINE, 1, LineIds("another"))[1]["id"]


def test_repeated_line_in_one_file_has_another_id():
    ids = LineIds("shop")
    assert read_event(LINE, 1, ids)[1]["id"] != read_event(LINE, 2, ids)[1]["id"]


def test_own_id_is_kept_and_line_without_time_has_no_id():
    assert read_event('{"time": 1, "id": "own"}', 1, LineIds("shop"))[1]["id"] == "own"
    assert "id" not in read_event('{"url": "https://shop.example/"}', 1, LineIds("shop"))[1]


@pytest.mark.parametrize("line", ["{", "[]", "7", '"text"'])
def test_line_that_is_no_object_is_rejected_with_its_number(line: str):
    with pytest.raises(CliError, match=r"^line 7: not "):
        read_event(line, 7, LineIds("shop"))
