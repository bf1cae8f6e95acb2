"""Results in rows, in JSON and on the page."""

import io
import json

import pytest
from rich.console import Console

from benchmarks.machine import Machine
from benchmarks.page import PAGES, RESULTS, filled_in
from benchmarks.plan import plan
from benchmarks.report import ResultRow, ResultTarget, Section, is_met, memory, over_rounds, show, verdict_on
from benchmarks.results import BUDGET_SECONDS, Part, Results, read, write

MACHINE = Machine("Abacus", 2, 25.0, "Linux 6", "3.11.7", {"aiohttp": "3.14"}, 0.2, "abc1234", 0.1)


def results(*parts, machine=MACHINE):
    return Results(begun="2026-11-22T09:00:00+00:00", options=["--rate 6000"], machine=machine, parts=list(parts))


def part(*rows, name="worker", notes=(), failure=""):
    return Part(name, 61.0, 100.0, [Section("Worker: one process", list(rows), list(notes))], failure)


RATE = over_rounds(
    "beacons stored a second", [20_000.0, 26_000.0, 30_000.0], "/s", ResultTarget(25_000), "worker: rate"
)
LAG = ResultRow(what="lag", value=3.0, unit="s", target=ResultTarget(2, at_least=False))


def test_row_has_the_median_and_all_rounds():
    assert (RATE.value, RATE.lowest, RATE.highest) == (26_000, 20_000, 30_000)
    assert RATE.rounds == [20_000, 26_000, 30_000]


def test_targets_are_a_minimum_or_a_maximum():
    assert [verdict_on(row) for row in (RATE, LAG, ResultRow(what="of no matter", value=1))] == ["met", "missed", ""]
    assert is_met([Section("", [RATE])])
    assert not is_met([Section("", [RATE, LAG])])
    assert memory("unavailable", None) == []


def test_table_has_targets_next_to_results_and_notes_below():
    out = io.StringIO()
    show(Console(file=out, width=120), part(RATE, LAG, notes=["a note [of sorts]"]).sections)
    text = out.getvalue()
    for expected in ("26,000 /s", "20,000 - 30,000", "≥ 25,000 /s", "met", "≤ 2 s", "missed", "a note [of sorts]"):
        assert expected in text


def test_results_are_equal_after_writing_and_reading(tmp_path):
    before = results(part(RATE, LAG, notes=["one"]), part(name="web", failure="no browser"))
    write(tmp_path / "new" / "file.json", before)
    after = read(tmp_path / "new" / "file.json")
    assert after == before
    assert (after.value("worker: rate"), after.value("nothing")) == (26_000, None)
    assert [one.is_met for one in after.parts] == [False, False]


def test_page_keeps_its_text_and_gets_its_tables():
    before = (
        "# Words\n\n<!-- begin: part: worker -->\nold\n<!-- end -->\n\nmore\n<!-- begin: targets -->\n<!-- end -->\n"
    )
    after = filled_in(before, results(part(RATE, LAG, notes=["measured twice"])))
    assert after.startswith("# Words\n\n<!-- begin: part: worker -->\n**Worker: one process**")
    assert "| beacons stored a second | 26,000 /s | 20,000 - 30,000 | ≥ 25,000 /s | met |" in after
    assert "Measured twice." in after
    assert "| Worker: one process: lag | 3 s | ≤ 2 s | missed |" in after
    assert "old" not in after
    assert filled_in(after, results(part(RATE, LAG, notes=["measured twice"]))) == after


def test_pages_report_parts_that_were_not_measured():
    page = "".join(f"<!-- begin: {name} -->\n<!-- end -->\n" for name in ("part: web", "part: bots", "missed"))
    after = filled_in(page, results(part(LAG), part(name="web", failure="the web parts are not built")))
    assert "Not measured: the web parts are not built" in after
    assert "part: bots -->\nNot measured.\n" in after
    assert "- **Worker: one process**: lag: 3 s, wanted ≤ 2 s" in after
    assert "- **web** could not be measured" in after


def test_page_reports_a_busy_machine():
    busy = Machine("Abacus", 2, 25.0, "Linux 6", "3.11.7", {}, 0.2, "abc1234", 4.2)
    page = "<!-- begin: machine -->\n<!-- end -->"
    assert "other work" in filled_in(page, results(machine=busy))
    assert "other work" not in filled_in(page, results())
    assert "BUSY" in " ".join(busy.lines())


def test_unknown_block_is_an_error():
    with pytest.raises(KeyError):
        filled_in("<!-- begin: weather -->\n<!-- end -->", results())


def test_all_parts_together_take_at_most_a_quarter_of_an_hour():
    parts = plan()
    assert sum(one.budget for one in parts if not one.is_extra) <= BUDGET_SECONDS == 15 * 60
    assert len({one.name for one in parts}) == len(parts)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_match_the_stored_results(page):
    text = page.read_text(encoding="utf-8")
    assert text == filled_in(text, read(RESULTS)), "python -m benchmarks.page writes it"


def test_results_page_has_every_part_and_stored_results_name_no_folder():
    text = PAGES[0].read_text(encoding="utf-8")
    assert all(f"<!-- begin: part: {one.name} -->" in text for one in plan())
    kept = json.loads(RESULTS.read_text(encoding="utf-8"))
    assert not [option for option in kept["options"] if "/" in option]
