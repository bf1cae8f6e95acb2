"""``python -m benchmarks.page``: write the tables of the documentation from stored results.

The pages are docs/reference/benchmarks.md and docs/explanation/scaling.md.

Only the text between a line ``<!-- begin: NAME -->`` and the next ``<!-- end -->`` is generated. A test compares the
pages with the results.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from benchmarks import scaling
from benchmarks.markdown import table
from benchmarks.plan import plan
from benchmarks.processes import ROOT
from benchmarks.report import ResultRow, Section, number, optional, spread, verdict_on, wanted
from benchmarks.results import BUDGET_SECONDS, Part, Results, read

RESULTS = ROOT / "benchmarks" / "results" / "two-cores.json"
PAGES = (ROOT / "docs" / "reference" / "benchmarks.md", ROOT / "docs" / "explanation" / "scaling.md")
_BLOCK = re.compile(r"(?<=<!-- begin: )([\w: -]+?)( -->\n).*?(?=<!-- end -->)", re.DOTALL)
_TARGETS_FIRST = ("what", "result", "target", "")

Blocks = Mapping[str, Callable[[], str]]


def main() -> int:
    """Return 0 when the pages match the results or were updated, 1 with --check when they differ, 2 for an error."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=__doc__)
    parser.add_argument("results", type=Path, nargs="?", default=RESULTS, help="(default: those that are kept)")
    parser.add_argument("--check", action="store_true", help="write nothing")
    arguments = parser.parse_args()
    results, differ = read(arguments.results), False
    for page in PAGES:
        before = page.read_text(encoding="utf-8")
        try:
            after = filled_in(before, results)
        except KeyError as error:
            print(f"{page.name}: there is no block {error}", file=sys.stderr)
            return 2
        differ |= after != before
        if after != before and not arguments.check:
            page.write_text(after, encoding="utf-8")
            print(f"written: {page}")
    return 1 if differ and arguments.check else 0


def filled_in(page: str, results: Results) -> str:
    """Return the page with its blocks regenerated. Raise ``KeyError`` for an unknown block."""
    blocks = _blocks(results)
    return _BLOCK.sub(lambda found: f"{found[1]}{found[2]}{blocks[found[1]]()}\n", page)


def _blocks(results: Results) -> Blocks:
    parts = {part.name: part for part in results.parts}

    def of_part(name: str) -> Callable[[], str]:
        return lambda: _part(parts[name]) if name in parts else "Not measured.\n"

    return {
        "machine": lambda: _machine(results),
        "targets": lambda: _targets(results),
        "missed": lambda: _missed(results),
        "times": lambda: _times(results),
        **{f"part: {planned.name}": of_part(planned.name) for planned in plan()},
        "unit costs": lambda: scaling.costs_table(results),
        "machines": lambda: scaling.machines_table(results),
        "limits": lambda: scaling.limits_table(results),
    }


def _machine(results: Results) -> str:
    machine = results.machine
    packages = ", ".join(f"{name} {version}" for name, version in machine.packages.items())
    rows = [
        ("Processor", f"{machine.cpu}, {machine.cores} cores"),
        ("Memory", f"{machine.memory_gb:.0f} GB"),
        ("Disk", f"{machine.fsync_ms:.2f} ms for 4 KB appended and synced (median of 100)"),
        ("System", f"{machine.kernel}, Python {machine.python}"),
        ("Packages", packages),
        ("Code", machine.commit),
        ("Measured", f"{results.begun[:16].replace('T', ' ')} UTC, in {results.seconds / 60:.1f} minutes"),
        ("Command", f"`python -m benchmarks {' '.join(results.options)}`"),
        ("Load average before", f"{machine.load:.1f}"),
    ]
    lines = table(("", ""), rows)
    if "--quick" in results.options:
        lines += "\n**Measured in the quick form: a look, not a result.**\n"
    if machine.is_busy:
        lines += "\n**The machine had other work when this was measured; it took part in every number.**\n"
    return lines


def _targets(results: Results) -> str:
    rows = [
        (f"{section.title}: {row.what}", number(row.value, row.unit), wanted(row), verdict_on(row))
        for _, section, row in _with_target(results)
    ]
    failures = [
        (f"{part.name} could not be measured: {part.failure}", "", "", "not measured") for part in _failed(results)
    ]
    return table(_TARGETS_FIRST, rows + failures)


def _missed(results: Results) -> str:
    missed = [(section, row) for _, section, row in _with_target(results) if verdict_on(row) == "missed"]
    lines = [
        f"- **{section.title}**: {row.what}: {number(row.value, row.unit)}, wanted {wanted(row)}"
        for section, row in missed
    ]
    lines += [f"- **{part.name}** could not be measured: {part.failure}" for part in _failed(results)]
    return "\n".join(lines or ["Nothing: every target is met."]) + "\n"


def _times(results: Results) -> str:
    rows = [(part.name, f"{part.seconds:.0f} s", f"{part.budget:.0f} s") for part in results.parts]
    return table(("part", "took", "budget"), [*rows, ("all", f"{results.seconds:.0f} s", f"{BUDGET_SECONDS} s")])


def _part(part: Part) -> str:
    if part.failure:
        return f"Not measured: {part.failure}\n"
    return "\n".join(_section(section) for section in part.sections)


def _section(section: Section) -> str:
    columns: list[tuple[str, Callable[[ResultRow], str]]] = [
        ("", lambda row: row.what),
        ("result", lambda row: number(row.value, row.unit)),
        ("lowest - highest", spread),
        ("p95", lambda row: optional(row.p95)),
        ("cold", lambda row: optional(row.cold)),
        ("target", wanted),
        ("", verdict_on),
    ]
    kept = [column for column in columns if any(column[1](row) for row in section.rows)]
    rows = [[make(row) for _, make in kept] for row in section.rows]
    notes = "".join(f"\n{note[0].upper()}{note[1:]}.\n" for note in section.notes)
    return f"**{section.title}**\n\n{table([name for name, _ in kept], rows)}{notes}"


def _with_target(results: Results) -> Iterator[tuple[Part, Section, ResultRow]]:
    for part in results.parts:
        for section in part.sections:
            for row in section.rows:
                if row.target:
                    yield part, section, row


def _failed(results: Results) -> list[Part]:
    return [part for part in results.parts if part.failure]


if __name__ == "__main__":
    sys.exit(main())
