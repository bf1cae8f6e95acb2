"""`pyuniqvisit up` from start to stop: servers, migration, services, first run, supervision."""

import asyncio
import contextlib
import secrets as random
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import asyncpg
from redis.exceptions import RedisError

from common.background import in_background
from common.clock import system_clock, utc
from common.config import (
    ConfigError,
    RedisSettings,
    Settings,
    admin_password,
    database_url,
    environment_for_child,
    without_settings,
)
from services.cli.demo_data.fill import DEFAULT_VISITS, fill
from services.cli.errors import CliError
from services.cli.up.data_dir import DataDir
from services.cli.up.first_run import create_demo_site, create_first_admin, is_first_run
from services.cli.up.migrate import migrate
from services.cli.up.plan import StartPlan, make_plan
from services.cli.up.ports import check_port, free_port
from services.cli.up.processes import StartedProcess, process_start_time, stop_leftovers
from services.cli.up.run_record import RunRecord, read_run_record, write_run_record
from services.cli.up.secrets import ensure_secrets
from services.cli.up.servers import embedded_servers
from services.cli.up.service_logs import LogFile, ServiceOutput
from services.cli.up.startup_message import startup_message
from services.cli.up.supervised_service import SupervisedService
from services.cli.up.supervisor import PrintLine, SupervisedProcess, Supervisor

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_UNAMBIGUOUS_CHARACTERS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without letters and digits that look alike. A double click selects a password of these as a whole."""


async def run_up(
    settings: Settings, data: DataDir, config_file: Path | None, print_line: PrintLine, *, demo: bool = False
) -> None:
    """Run everything until a signal arrives, then stop it and return. Raises ``CliError``.

    With ``demo``, the demo site gets a year of visits while everything is running.
    """
    started_at = time.monotonic()
    _stop_leftovers(data, print_line)
    settings = _with_free_ports(settings)
    if settings.database.password and settings.database.url is None:
        raise ConfigError("database.password: requires database.url; the embedded server has its own password")
    secrets = ensure_secrets(data.secrets, lambda: random.token_urlsafe(32))
    servers, postgres, embedded = embedded_servers(settings, data, secrets, print_line)
    plan = make_plan(settings, data, secrets, embedded)
    config_variable = {"config": str(config_file)} if config_file else {}
    environment = environment_for_child({**plan.settings, **config_variable})
    database = embedded.get("database.url") or database_url(settings.database)
    supervisor = Supervisor(print_line, lambda processes: _write_record(data, plan, processes))

    async def start() -> None:
        if servers:
            print_line(f"Starting {' and '.join(server.name for server in servers)}")
        await supervisor.start(*servers)
        if postgres is not None:
            await asyncio.to_thread(postgres.create_database)
        await migrate(environment)
        first_run = await is_first_run(database)
        if first_run:
            await create_demo_site(database, plan.api_url, system_clock(), random.token_bytes)
        print_line(f"Starting {', '.join(service.name for service in plan.services)}")
        await supervisor.start(*services)
        password = None
        if first_run:  # last, so that a failed start does not use up a password that was never shown
            now = utc(system_clock())
            password = await create_first_admin(database, admin_password(), _generate_password, now)
        seconds = time.monotonic() - started_at
        print_line(startup_message(plan, seconds, str(data.logs), first_run, password))

    with contextlib.ExitStack() as stack:
        services = [
            SupervisedService(
                service.name,
                service.module,
                service.url,
                without_settings(environment, service.withheld),
                stack.enter_context(_service_output(data.logs / f"{service.name}.log", service.name, print_line)),
            )
            for service in plan.services
        ]
        try:
            with _cancelled_by_signals(print_line):
                await start()
                redis = RedisSettings.model_validate(settings.redis.model_dump() | _redis_settings(embedded))
                async with in_background(*([_fill_demo_site(database, redis, print_line)] if demo else [])):
                    await supervisor.watch()
        finally:
            await supervisor.stop()
            _write_record(data, plan, [])
    print_line("Stopped")


async def _fill_demo_site(database: str, redis: RedisSettings, print_line: PrintLine) -> None:
    print_line(f"Adding a year with about {DEFAULT_VISITS:,} visits to the demo site; the dashboard already works")
    try:
        sent = await fill(database, redis)
    except (CliError, RedisError, OSError, asyncpg.PostgresError) as error:
        print_line(f"demo data: {error}")
    else:
        print_line(f"Added {sent:,} beacons to the demo site")


def _redis_settings(embedded: Mapping[str, str]) -> dict[str, str]:
    """Return the URL of an embedded Redis as a field of ``RedisSettings``."""
    return {"url": embedded["redis.url"]} if "redis.url" in embedded else {}


@contextlib.contextmanager
def _cancelled_by_signals(print_line: PrintLine) -> Iterator[None]:
    """End the block at the first signal, without an error. Later signals are ignored while everything stops."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    received: list[signal.Signals] = []

    def on_signal(number: signal.Signals) -> None:
        received.append(number)
        if len(received) == 1 and task is not None:
            print_line("Stopping")
            task.cancel()

    for number in _STOP_SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup(1) ignores SIGHUP
            loop.add_signal_handler(number, on_signal, number)
    try:
        yield
    except asyncio.CancelledError:
        if not received or task is None:
            raise
        task.uncancel()


def _generate_password() -> str:
    """Return a password of about 93 bits."""
    return "".join(random.choice(_UNAMBIGUOUS_CHARACTERS) for _ in range(16))


@contextlib.contextmanager
def _service_output(path: Path, name: str, print_line: PrintLine) -> Iterator[ServiceOutput]:
    output = ServiceOutput(LogFile(path), lambda line: print_line(f"{name}: {line}"))
    try:
        yield output
    finally:
        output.close()


def _stop_leftovers(data: DataDir, print_line: PrintLine) -> None:
    """Stop processes of an earlier supervisor. It cannot be running, because this one holds the lock."""
    record = read_run_record(data.run_record)
    stopped = stop_leftovers(record.processes) if record else []
    if stopped:
        print_line(f"Stopped processes of an earlier run: {', '.join(stopped)}")


def _with_free_ports(settings: Settings) -> Settings:
    """Raise ``CliError`` for a port that is in use, but choose another one for the worker unless it is configured."""
    check_port(settings.api.host, settings.api.port, "the API", "choose another one with --api-port")
    check_port(
        settings.collector.host, settings.collector.port, "the collector", "choose another one with --collector-port"
    )
    worker = settings.worker
    if "port" in worker.model_fields_set:
        check_port(worker.host, worker.port, "the worker's health checks", "choose another one with worker.port")
        return settings
    chosen = free_port(worker.host, worker.port)
    return settings.model_copy(update={"worker": worker.model_copy(update={"port": chosen})})


def _write_record(data: DataDir, plan: StartPlan, processes: Sequence[SupervisedProcess]) -> None:
    started = [
        StartedProcess(process.name, process.pid, start_time, int(process.stop_signal))
        for process in processes
        if process.pid is not None and (start_time := process_start_time(process.pid)) is not None
    ]
    urls = {service.name: service.url for service in plan.services}
    write_run_record(data.run_record, RunRecord(plan.api_url, tuple(started), urls))
