"""Whether each of two collectors on one port costs as much as one alone.

The system distributes new connections among the processes that listen on a port (``SO_REUSEPORT``). On a machine with
fewer cores than all processes need, the rate cannot double; the processor time per beacon shows whether the collectors
wait for each other.
"""

import asyncio
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.collector import check_streams, publish
from benchmarks.load import LoadJob
from benchmarks.processes import BenchmarkError, all_cores, cpu_seconds, generate_load
from benchmarks.report import ResultTarget, Section, over_rounds
from benchmarks.servers import BenchmarkedService, running_collector, running_valkey

SCALING = ResultTarget(0.85)
_LISTENING = "0A"
_START_SECONDS = 30.0
_FOR_RATES = 4
"""Cores: two collectors, Valkey, and the load generator."""


def measure(folder: Path, *, rounds: int, seconds: float) -> list[Section]:
    """Measure one and two collectors. Raise ``BenchmarkError``."""
    folder = folder / "collectors"
    folder.mkdir()
    rates: dict[int, list[float]] = {1: [], 2: []}
    costs: dict[int, list[float]] = {1: [], 2: []}
    shares = []
    with running_valkey(folder, cores=all_cores()) as valkey:
        asyncio.run(publish(valkey.url))
        for number in range(rounds):
            for count in (1, 2):
                with ExitStack() as stack:
                    services = [stack.enter_context(running_collector(valkey.url, folder, all_cores()))]
                    for _ in range(count - 1):
                        port = services[0].port
                        services.append(
                            stack.enter_context(running_collector(valkey.url, folder, all_cores(), port=port))
                        )
                    _wait_until_all_listen(services[0].port, count)
                    rate, cost, busiest = _round(services, seconds, number, valkey.url)
                rates[count].append(rate)
                costs[count].append(cost)
                if count > 1:
                    shares.append(busiest)
    rows = [
        over_rounds("one process", rates[1], "/s"),
        over_rounds("two processes", rates[2], "/s"),
        over_rounds("two processes / one", [two / one for one, two in zip(rates[1], rates[2], strict=True)]),
        over_rounds("one process: processor time a beacon", costs[1], "µs"),
        over_rounds("two processes: processor time a beacon", costs[2], "µs"),
        over_rounds(
            "one process / two, by processor time",
            [one / two for one, two in zip(costs[1], costs[2], strict=True)],
            target=SCALING,
            key="collectors: scaling",
        ),
        over_rounds("share of the busier process", [100 * share for share in shares], "%"),
    ]
    notes = []
    cores = len(all_cores())
    if cores < _FOR_RATES:
        notes.append(
            f"both collectors, Valkey and the load generator share {cores} cores: "
            "the rate cannot double here, the processor time is what counts"
        )
    return [Section("Collector: two processes on one port", rows, notes)]


def _wait_until_all_listen(port: int, count: int) -> None:
    """Wait for all collectors; they share the port, so one response is not enough. Raise ``BenchmarkError``."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        sockets = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
        if sum(fields[1].endswith(f":{port:04X}") and fields[3] == _LISTENING for fields in sockets) == count:
            return
        time.sleep(0.05)
    raise BenchmarkError(f"of {count} collectors not all listened in {_START_SECONDS:.0f} s")


def _round(services: list[BenchmarkedService], seconds: float, seed: int, redis_url: str) -> tuple[float, float, float]:
    """Return beacons a second, processor time of each in microseconds, and the largest share of one process."""
    before = [cpu_seconds(service.process.pid) for service in services]
    result = generate_load(LoadJob(port=services[0].port, seconds=seconds, seed=seed + 1), all_cores())
    used = [cpu_seconds(service.process.pid) - earlier for service, earlier in zip(services, before, strict=True)]
    if set(result.answers) != {202}:
        raise BenchmarkError(f"answers {result.answers}, without a response {result.failures}")
    asyncio.run(check_streams(f"{len(services)} collectors", redis_url, result))
    return result.rate, sum(used) / result.answers[202] * 1e6, max(used) / sum(used)
