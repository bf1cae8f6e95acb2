"""``python -m benchmarks``: measure this machine's write path and reports, and print results with their targets.

Takes a quarter of an hour on two cores. Each part has a time budget, which is printed with the time it took.
"""

import argparse
import logging
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import structlog
from rich.console import Console
from rich.table import Table

from benchmarks.machine import describe_machine
from benchmarks.plan import BenchmarkPart, Options, plan
from benchmarks.processes import BenchmarkError
from benchmarks.report import Section, show
from benchmarks.results import BUDGET_SECONDS, Part, Results, write
from services.cli.embedded import EmbeddedError
from services.cli.errors import CliError


def main() -> int:
    """Return 0 when every target is met, 1 when one is missed, 2 when something could not be measured."""
    parts = plan()
    arguments = _parse([part.name for part in parts])
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    console = Console(width=None if sys.stdout.isatty() else 140)
    chosen = [part for part in parts if (part.name in arguments.only if arguments.only else not part.is_extra)]
    with tempfile.TemporaryDirectory(prefix="pyuniqvisit-bench-", dir=arguments.dir) as name:
        folder = Path(name)
        folder.chmod(0o755)  # root's PostgreSQL runs as another user
        begun, machine = datetime.now(UTC), describe_machine(folder)
        for line in machine.lines():
            console.print(line, highlight=False)
        measured = [_measure(console, part, folder, _options(arguments)) for part in chosen]
    results = Results(
        begun=begun.isoformat("T", "seconds"), options=_asked_for(arguments), machine=machine, parts=measured
    )
    _show_parts(console, results)
    if arguments.json:
        write(arguments.json, results)
    if any(part.failure for part in measured):
        return 2
    return 0 if all(part.is_met for part in measured) else 1


def _measure(console: Console, part: BenchmarkPart, folder: Path, options: Options) -> Part:
    """Run one part. A failure becomes part of the results, and the other parts still run."""
    sections: list[Section] = []
    failure = ""
    own = folder / part.name
    own.mkdir(mode=0o755)
    began = time.perf_counter()
    with console.status(f"measuring: {part.name}"):
        try:
            sections = part.measure(own, options)
        except (BenchmarkError, EmbeddedError, CliError) as error:
            failure = str(error)
        except Exception as error:  # The results of the other parts, ten minutes of work, must not be lost.
            traceback.print_exc()
            failure = f"{type(error).__name__}: {error}"
    show(console, sections)
    if failure:
        console.print(f"{part.name} could not be measured: {failure}", highlight=False, markup=False)
    return Part(part.name, time.perf_counter() - began, part.budget, sections, failure)


def _show_parts(console: Console, results: Results) -> None:
    table = Table("", "took", "budget", "", title="Parts", title_justify="left")
    for part in results.parts:
        verdict = "[red]not measured[/]" if part.failure else "" if part.is_met else "[red]a target is missed[/]"
        table.add_row(part.name, f"{part.seconds:.0f} s", f"{part.budget:.0f} s", verdict)
    table.add_row("all", f"{results.seconds:.0f} s", f"{BUDGET_SECONDS} s", "")
    console.print(table)
    for line in results.machine.lines():
        console.print(line, highlight=False)


def _asked_for(arguments: argparse.Namespace) -> list[str]:
    """Return the options that influence the numbers; paths on this machine do not."""
    numbers = [f"--rate {arguments.rate:g}", f"--seconds {arguments.seconds:g}"]
    if arguments.sizes:
        numbers.append(f"--sizes {' '.join(map(str, arguments.sizes))}")
    if arguments.only:
        numbers.append(f"--only {' '.join(arguments.only)}")
    return [*numbers, *(f"--{name}" for name in ("quick", "scaled", "install") if getattr(arguments, name))]


def _options(arguments: argparse.Namespace) -> Options:
    return Options(
        quick=arguments.quick,
        rate=arguments.rate,
        seconds=arguments.seconds,
        sizes=tuple(arguments.sizes),
        cache=arguments.cache,
        scaled=arguments.scaled,
        install=arguments.install,
        series=arguments.series,
        log=arguments.log,
    )


def _parse(names: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds, for a first impression")
    parser.add_argument("--only", choices=names, nargs="+", help="measure these parts")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the results to FILE")
    parser.add_argument(
        "--dir", type=Path, default=Path("/var/tmp"), help="where the servers keep their data during the run"
    )
    parser.add_argument("--rate", type=float, default=6_000, help="beacons a second, end to end (default: 6000)")
    parser.add_argument("--seconds", type=float, default=300, help="how long, end to end (default: 300)")
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=(),
        metavar="VISITS",
        help="visits of the sites for statistics (default: the largest cached one, else 200000, which takes "
        "a minute); 10000000 takes 20 GB and an hour, and is cached",
    )
    parser.add_argument(
        "--scaled", action="store_true", help="also measure ten times the last site, from its rollups only"
    )
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path("/var/tmp/pyuniqvisit-datasets"),
        help="where generated sites are cached (default: /var/tmp/pyuniqvisit-datasets)",
    )
    parser.add_argument(
        "--install", action="store_true", help="also install from a fresh clone, which needs the network"
    )
    parser.add_argument("--log", type=Path, metavar="FILE", help="an access log whose user agents are tested")
    parser.add_argument(
        "--series",
        type=Path,
        metavar="FILE",
        help="additional days for the insights: CSV with a heading and, in each line, a day and the natural "
        "logarithm of its page views",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
