"""``python -m benchmarks.parts.sampled_worker FILE``: run the worker and sample its processor time by step.

A timer of the process's own processor time interrupts it every millisecond and counts the current step. SIGUSR1 resets
the counts; they are written to FILE as JSON when the worker exits.
"""

import signal
import sys
from collections import Counter
from pathlib import Path
from types import FrameType

import msgspec

from common.process import run_service
from common.store import STORE_ERRORS
from services.worker.__main__ import serve

EVERY_SECONDS = 0.001
STEPS = {
    "/services/worker/enrich/": "enrichment: device, source, country, bots",
    "/services/worker/ingest/sessions.py": "visits",
    "/services/worker/rollups/": "counting rollups",
    "/common/rollups/": "counting rollups",
    "/services/worker/ingest/writer.py": "rows to PostgreSQL",
    "/services/worker/ingest/copy_encoder.py": "rows to PostgreSQL",
    "/asyncpg/": "rows to PostgreSQL",
    "/common/streams/": "reading and decoding the stream",
    "/redis/": "reading and decoding the stream",
    "/services/worker/ingest/ingest.py": "account of every beacon, and what connects the steps",
}
REST = "the rest: event loop, queue, health"


def step_of(frame: FrameType | None) -> str:
    """Return the step of the innermost function that belongs to one."""
    while frame is not None:
        file = frame.f_code.co_filename
        for part, step in STEPS.items():
            if part in file:
                return step
        frame = frame.f_back
    return REST


def main() -> int:
    samples: Counter[str] = Counter()

    def note(_number: int, frame: FrameType | None) -> None:
        samples[step_of(frame)] += 1

    def reset(_number: int, _frame: FrameType | None) -> None:
        samples.clear()

    signal.signal(signal.SIGPROF, note)
    signal.signal(signal.SIGUSR1, reset)
    signal.setitimer(signal.ITIMER_PROF, EVERY_SECONDS, EVERY_SECONDS)
    try:
        return run_service("worker", serve, *STORE_ERRORS)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        Path(sys.argv[1]).write_bytes(msgspec.json.encode(samples))


if __name__ == "__main__":
    sys.exit(main())
