"""``make chaos``: inject faults under load. Exits with 1 if a beacon was lost, duplicated or miscounted."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import uvloop

from tests.chaos.faults import FAULTS
from tests.chaos.run import RunOptions, run_chaos
from tests.chaos.table import failures, table


def main() -> int:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--beacons", type=int, default=100_000)
    parser.add_argument("--faults", type=int, default=18)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, default=5.0, help="maximum duration of a fault in seconds")
    parser.add_argument("--fsync", choices=("always", "everysec"), default="always", help="Valkey's appendfsync")
    parser.add_argument("--only", choices=sorted(FAULTS), nargs="*", help="inject only these faults")
    arguments = parser.parse_args()
    options = RunOptions(
        arguments.beacons,
        arguments.seconds,
        arguments.faults,
        arguments.seed,
        arguments.longest,
        arguments.fsync,
        tuple(arguments.only or FAULTS),
    )
    folder = Path(tempfile.mkdtemp(prefix="uv-chaos-"))
    folder.chmod(0o755)
    _print(f"seed {options.seed}; logs in {folder}")
    result = uvloop.run(run_chaos(options, folder))
    _print(table(result))
    failed = failures(result)
    for failure in failed:
        _print(f"FAILED: {failure}")
    if not failed:  # otherwise keep the logs
        shutil.rmtree(folder)
    return 1 if failed else 0


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
