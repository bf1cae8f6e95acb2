"""`pyuniqvisit up` from beginning to end: everything is put together here."""

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
from services.cli.demo_data.fill import Story, fill
from services.cli.errors import CliError
from services.cli.up.data_dir import DataDir
from services.cli.up.first_run import is_first_run, make_demo_site, make_first_admin, migrate
from services.cli.up.leftovers import Started, began, stop_leftovers
from services.cli.up.output import LogFile, Output
from services.cli.up.plan import Plan, make_plan
from services.cli.up.ports import free_port, refuse_taken
from services.cli.up.program import Program
from services.cli.up.report import report
from services.cli.up.run_file import Run, read_run, write_run
from services.cli.up.secrets import keep_secrets
from services.cli.up.servers import embedded_servers
from services.cli.up.service import ServiceProgram
from services.cli.up.supervisor import Say, Supervisor

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def run_up(settings: Settings, data: DataDir, config_file: Path | None, say: Say, *, demo: bool = False) -> None:
    """Returns when a signal has asked for the end and everything has stopped. Raises ``CliError``.

    ``demo``: the demo site gets a past, while everything runs.
    """
    began_at = time.monotonic()
    _stop_leftovers(data, say)
    settings = _with_free_ports(settings)
    if settings.database.password and settings.database.url is None:
        raise ConfigError("database.password: is for a server of your own; set database.url as well")
    keys = keep_secrets(data.secrets, lambda: random.token_urlsafe(32))
    servers, postgres, embedded = embedded_servers(settings, data, keys, say)
    plan = make_plan(settings, data, keys, embedded)
    named = {"config": str(config_file)} if config_file else {}
    environment = environment_for_child({**plan.settings, **named})
    database = embedded.get("database.url") or database_url(settings.database)
    supervisor = Supervisor(say, lambda programs: _note(data, plan, programs))

    async def bring_up() -> None:
        if servers:
            say(f"starting {' and '.join(program.name for program in servers)}")
        await supervisor.start(*servers)
        if postgres is not None:
            await asyncio.to_thread(postgres.make_database)
        await migrate(environment)
        first_run = await is_first_run(database)
        if first_run:
            await make_demo_site(database, plan.api_url, system_clock(), random.token_bytes)
        say(f"starting {', '.join(service.name for service in plan.services)}")
        await supervisor.start(*services)
        password = None
        if first_run:  # last, so that a start that fails takes no password with it that nobody has seen
            now = utc(system_clock())
            password = await make_first_admin(database, admin_password(), _new_password, now)
        say(report(plan, time.monotonic() - began_at, str(data.logs), first_run, password))

    with contextlib.ExitStack() as stack:
        services = [
            ServiceProgram(
                service.name,
                service.module,
                service.url,
                without_settings(environment, service.withheld),
                stack.enter_context(_output(data.logs / f"{service.name}.log", service.name, say)),
            )
            for service in plan.services
        ]
        try:
            with _cancelled_by_signals(say):
                await bring_up()
                redis = RedisSettings.model_validate(settings.redis.model_dump() | _urls_of(embedded, "redis"))
                async with in_background(*([_tell_a_story(database, redis, say)] if demo else [])):
                    await supervisor.watch()
        finally:
            await supervisor.stop()
            _note(data, plan, [])
    say("stopped")


async def _tell_a_story(database: str, redis: RedisSettings, say: Say) -> None:
    story = Story()
    say(f"giving the demo site a year with about {story.visits:,} visits; look at it meanwhile")
    try:
        sent = await fill(database, redis, story)
    except (CliError, RedisError, OSError, asyncpg.PostgresError) as error:
        say(f"demo data: {error}")
    else:
        say(f"the demo site has a past now: {sent:,} beacons")


def _urls_of(embedded: Mapping[str, str], part: str) -> dict[str, str]:
    """``redis.url`` -> text, as the part's own field."""
    return {name.partition(".")[2]: url for name, url in embedded.items() if name.startswith(f"{part}.")}


@contextlib.contextmanager
def _cancelled_by_signals(say: Say) -> Iterator[None]:
    """Ends its block quietly at the first signal. Later ones change nothing: everything is being stopped already."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    asked: list[signal.Signals] = []

    def on_signal(number: signal.Signals) -> None:
        asked.append(number)
        if len(asked) == 1 and task is not None:
            say("stopping")
            task.cancel()

    for number in _SIGNALS:
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # nohup(1) has its reasons
            loop.add_signal_handler(number, on_signal, number)
    try:
        yield
    except asyncio.CancelledError:
        if not asked or task is None:
            raise
        task.uncancel()


def _new_password() -> str:
    """About 93 bits, of letters and digits that are not taken for each other and can be selected by a double click."""
    return "".join(random.choice("abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(16))


@contextlib.contextmanager
def _output(path: Path, name: str, say: Say) -> Iterator[Output]:
    output = Output(LogFile(path), lambda line: say(f"{name}: {line}"))
    try:
        yield output
    finally:
        output.close()


def _stop_leftovers(data: DataDir, say: Say) -> None:
    """We hold the lock, so whatever still runs of the last supervisor has lost it."""
    run = read_run(data.run)
    stopped = stop_leftovers(run.processes) if run else []
    if stopped:
        say(f"stopped what an earlier run had left behind: {', '.join(stopped)}")


def _with_free_ports(settings: Settings) -> Settings:
    """Raises ``CliError`` for a port that is taken. The worker's, which nobody visits, gives way by itself."""
    refuse_taken(settings.api.host, settings.api.port, "the API", "choose another with --api-port")
    refuse_taken(
        settings.collector.host, settings.collector.port, "the collector", "choose another with --collector-port"
    )
    worker = settings.worker
    if "port" in worker.model_fields_set:
        refuse_taken(worker.host, worker.port, "the worker's health", "choose another with worker.port")
        return settings
    chosen = free_port(worker.host, worker.port)
    return settings.model_copy(update={"worker": worker.model_copy(update={"port": chosen})})


def _note(data: DataDir, plan: Plan, programs: Sequence[Program]) -> None:
    started = [
        Started(program.name, program.pid, since, int(program.stop_signal))
        for program in programs
        if program.pid is not None and (since := began(program.pid)) is not None
    ]
    addresses = {service.name: service.url for service in plan.services}
    write_run(data.run, Run(plan.api_url, tuple(started), addresses))
