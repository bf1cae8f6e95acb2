"""``python -m benchmarks``: measures this machine's write path and reports and prints targets beside results."""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from benchmarks import bots, collector, end_to_end, insights, statistics, worker
from benchmarks.machine import describe_machine
from benchmarks.processes import BenchmarkError
from benchmarks.report import Section, is_met, show, write_json
from services.cli.embedded import EmbeddedError

PARTS = ("collector", "worker", "end-to-end", "statistics", "insights", "bots")


def main() -> int:
    """0 when every target is met, 1 when one is missed, 2 when something could not be measured."""
    arguments = _parse()
    console = Console(width=None if sys.stdout.isatty() else 120)
    sections: list[Section] = []
    with tempfile.TemporaryDirectory(prefix="pyuniqvisit-bench-", dir=arguments.dir) as name:
        folder = Path(name)
        folder.chmod(0o755)  # root's PostgreSQL runs as another user
        machine = describe_machine(folder)
        try:
            for part, measure in _parts(arguments, folder).items():
                if arguments.only in (None, part):
                    with console.status(f"measuring: {part}"):
                        sections += measure()
        except (BenchmarkError, EmbeddedError) as error:
            print(f"benchmarks: {error}", file=sys.stderr)
            return 2
    show(console, machine, sections)
    if arguments.json:
        write_json(arguments.json, machine, sections)
    return 0 if is_met(sections) else 1


def _parts(arguments: argparse.Namespace, folder: Path) -> dict[str, Callable[[], list[Section]]]:
    quick, rate = arguments.quick, arguments.rate
    return {
        "collector": lambda: collector.measure(folder, rounds=2 if quick else 5, seconds=2 if quick else 5),
        "worker": lambda: worker.measure(folder, rounds=1 if quick else 3, count=50_000 if quick else 200_000),
        "end-to-end": lambda: end_to_end.measure(folder, rate=rate, seconds=5 if quick else 20),
        "statistics": lambda: statistics.measure(
            folder,
            (folder if quick else arguments.cache),
            sizes=(50_000,) if quick else arguments.sizes,
            scaled=not quick,
            rounds=5 if quick else 15,
        ),
        "insights": lambda: insights.measure(arguments.series),
        "bots": lambda: bots.measure(count=60_000 if quick else 250_000, log=arguments.log),
    }


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds: a look, not a result")
    parser.add_argument("--log", type=Path, metavar="FILE", help="an access log: are its people told from bots?")
    parser.add_argument("--only", choices=PARTS, help="measure one part")
    parser.add_argument("--rate", type=float, default=4_000, help="beacons a second, end to end (default: 4000)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results to FILE, too")
    parser.add_argument(
        "--dir", type=Path, default=Path("/var/tmp"), help="where the servers keep their data meanwhile"
    )
    parser.add_argument(
        "--sizes",
        type=int,
        nargs="+",
        default=(1_000_000, 10_000_000),
        metavar="VISITS",
        help="sites of the statistics, the last one also ten times as large (default: 1000000 10000000)",
    )
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path("/var/tmp/pyuniqvisit-datasets"),
        help="where the sites of the statistics are kept for the next time: 20 GB, half an hour to make "
        "(default: /var/tmp/pyuniqvisit-datasets)",
    )
    parser.add_argument(
        "--series",
        type=Path,
        metavar="FILE",
        help="days to try the insights on, beside generated ones: CSV with a heading, a day and the natural logarithm "
        "of its page views a line",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
