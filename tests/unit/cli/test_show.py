"""How answers look in a terminal."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.show.output import Column, Output, show_rows
from services.cli.show.sparkline import sparkline
from services.cli.show.text import cell, duration, percent

COUNTS = st.lists(st.integers(min_value=0, max_value=10**9), max_size=500)
COLUMNS = (Column("page", "Page"), Column("visitors", "Visitors", is_number=True))


@given(COUNTS, st.integers(min_value=1, max_value=80))
def test_a_graph_is_never_wider_than_asked_and_shows_nothing_only_for_nothing(values: list[int], width: int):
    drawn = sparkline(values, width)
    assert len(drawn) == min(len(values), width)
    assert (set(drawn) <= {"▁"}) == (sum(values) == 0)


def test_a_graph_rises_with_its_values():
    assert sparkline([0, 1, 50, 100], 10) == "▁▂▅█"


def test_a_wide_graph_adds_neighbours_up():
    assert sparkline([1, 1, 0, 0, 4, 4], 3) == sparkline([2, 0, 8], 3)


@given(st.text())
def test_no_text_of_strangers_steers_the_terminal(text: str):
    assert cell(text).isprintable()


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "-"), ("", "-"), (True, "yes"), (1234567, "1,234,567"), (1.5, "1.5"), (2.0, "2"), (["a", "b"], "a, b")],
)
def test_values_read_as_people_write_them(value: object, shown: str):
    assert cell(value) == shown


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0s"), (12.4, "12s"), (187, "3m 07s"), (3725, "1h 02m")])
def test_durations_are_short(seconds: float, shown: str):
    assert duration(seconds) == shown


def test_a_rate_is_whole_percents():
    assert percent(66.7) == "67%"


def test_a_table_shows_markup_as_it_is_and_cuts_nothing(capsys: pytest.CaptureFixture[str]):
    path = "/[bold red]" + "x" * 300
    show_rows(Output.TABLE, {}, COLUMNS, [{"page": path, "visitors": 1200}], "nothing")
    shown = capsys.readouterr().out
    assert path in shown
    assert "1,200" in shown


def test_a_table_without_rows_is_a_sentence(capsys: pytest.CaptureFixture[str]):
    show_rows(Output.TABLE, {}, COLUMNS, [], "nothing was counted")
    assert capsys.readouterr().out == "nothing was counted\n"


def test_csv_has_the_names_and_the_values_of_the_api(capsys: pytest.CaptureFixture[str]):
    rows = [{"page": 'a "quoted", path', "visitors": 1200, "more": 1}, {"page": None, "visitors": True}]
    show_rows(Output.CSV, {}, COLUMNS, rows, "nothing")
    assert capsys.readouterr().out == 'page,visitors\n"a ""quoted"", path",1200\n,true\n'


@pytest.mark.parametrize("page", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_csv_has_no_formulas(page: str, capsys: pytest.CaptureFixture[str]):
    show_rows(Output.CSV, {}, COLUMNS, [{"page": page, "visitors": -1}], "nothing")
    (row,) = list(csv.reader(StringIO(capsys.readouterr().out)))[1:]
    assert row == [f"'{page}", "-1"]


def test_json_is_the_answer_itself(capsys: pytest.CaptureFixture[str]):
    show_rows(Output.JSON, {"rows": [], "total": 0}, COLUMNS, [], "nothing")
    assert capsys.readouterr().out == '{\n  "rows": [],\n  "total": 0\n}\n'
