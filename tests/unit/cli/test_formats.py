"""Printing of responses as tables, CSV and JSON."""

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.output.formats import OutputFormat, TableColumn, show_rows
from services.cli.output.values import cell, duration, percent, sparkline

COUNTS = st.lists(st.integers(min_value=0, max_value=10**9), max_size=500)
COLUMNS = (TableColumn("page", "Page"), TableColumn("visitors", "Visitors", is_number=True))


@given(COUNTS, st.integers(min_value=1, max_value=80))
def test_graph_fits_width_and_draws_lowest_bar_only_for_zero(values: list[int], width: int):
    drawn = sparkline(values, width)
    assert len(drawn) == min(len(values), width)
    assert (set(drawn) <= {"▁"}) == (sum(values) == 0)


def test_graph_rises_with_its_values():
    assert sparkline([0, 1, 50, 100], 10) == "▁▂▅█"


def test_wide_graph_sums_neighbors():
    assert sparkline([1, 1, 0, 0, 4, 4], 3) == sparkline([2, 0, 8], 3)


@given(st.text())
def test_text_cannot_control_the_terminal(text: str):
    assert cell(text).isprintable()


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "-"), ("", "-"), (True, "yes"), (1234567, "1,234,567"), (1.5, "1.5"), (2.0, "2"), (["a", "b"], "a, b")],
)
def test_values_are_formatted_for_people(value: object, shown: str):
    assert cell(value) == shown


@pytest.mark.parametrize(("seconds", "shown"), [(0, "0s"), (12.4, "12s"), (187, "3m 07s"), (3725, "1h 02m")])
def test_durations_are_short(seconds: float, shown: str):
    assert duration(seconds) == shown


def test_rate_is_a_whole_percentage():
    assert percent(66.7) == "67%"


def test_table_prints_markup_unchanged_and_cuts_nothing_off(capsys: pytest.CaptureFixture[str]):
    path = "/[bold red]" + "x" * 300
    show_rows(OutputFormat.TABLE, {}, COLUMNS, [{"page": path, "visitors": 1200}], "nothing")
    shown = capsys.readouterr().out
    assert path in shown
    assert "1,200" in shown


def test_table_without_rows_is_a_sentence(capsys: pytest.CaptureFixture[str]):
    show_rows(OutputFormat.TABLE, {}, COLUMNS, [], "No data")
    assert capsys.readouterr().out == "No data\n"


def test_csv_has_names_and_values_of_api(capsys: pytest.CaptureFixture[str]):
    rows = [{"page": 'a "quoted", path', "visitors": 1200, "more": 1}, {"page": None, "visitors": True}]
    show_rows(OutputFormat.CSV, {}, COLUMNS, rows, "nothing")
    assert capsys.readouterr().out == 'page,visitors\n"a ""quoted"", path",1200\n,true\n'


@pytest.mark.parametrize("page", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_csv_has_no_formulas(page: str, capsys: pytest.CaptureFixture[str]):
    show_rows(OutputFormat.CSV, {}, COLUMNS, [{"page": page, "visitors": -1}], "nothing")
    (row,) = list(csv.reader(StringIO(capsys.readouterr().out)))[1:]
    assert row == [f"'{page}", "-1"]


def test_json_is_the_whole_response(capsys: pytest.CaptureFixture[str]):
    show_rows(OutputFormat.JSON, {"rows": [], "total": 0}, COLUMNS, [], "nothing")
    assert capsys.readouterr().out == '{\n  "rows": [],\n  "total": 0\n}\n'
