"""``make chaos``: a run as long as wanted, and its table. Ends with 1 when anything was lost, doubled or miscounted."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import uvloop

from tests.chaos.faults import FAULTS
from tests.chaos.run import Wanted, run_chaos
from tests.chaos.table import failures, table


def main() -> int:
    options = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    options.add_argument("--seconds", type=float, default=120)
    options.add_argument("--beacons", type=int, default=100_000)
    options.add_argument("--faults", type=int, default=18)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--longest", type=float, default=5.0, help="seconds that a fault lasts at most")
    options.add_argument("--fsync", choices=("always", "everysec"), default="always", help="Valkey's appendfsync")
    options.add_argument("--only", choices=sorted(FAULTS), nargs="*", help="these faults and no others")
    given = options.parse_args()
    wanted = Wanted(
        given.beacons,
        given.seconds,
        given.faults,
        given.seed,
        given.longest,
        given.fsync,
        tuple(given.only or FAULTS),
    )
    folder = Path(tempfile.mkdtemp(prefix="uv-chaos-"))
    folder.chmod(0o755)
    _say(f"seed {wanted.seed}; logs in {folder}")
    outcome = uvloop.run(run_chaos(wanted, folder))
    _say(table(outcome))
    wrong = failures(outcome)
    for each in wrong:
        _say(f"WRONG: {each}")
    if not wrong:  # else the logs may say why
        shutil.rmtree(folder)
    return 1 if wrong else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
