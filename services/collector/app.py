"""The collector's composition root."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from aiohttp import web
from prometheus_client import Gauge
from redis.asyncio import Redis

from common.background import in_background
from common.client import ClientAddress
from common.clock import Clock, system_clock
from common.config import Settings
from common.connections import close_streams, connect_redis, connect_streams
from common.health import Check, health_routes, new_metrics
from common.outage import REDIS_ERRORS
from common.packed_bodies import leave_rest_packed
from common.persistence import log_persistence_problems, persistence_check
from common.salts import SaltStore
from common.streams import StreamServers
from common.streams.spool_status import SpoolStatus, publish_spool_status
from services.collector.group_commit import GroupCommit, GroupCommits
from services.collector.handlers import HANDLERS, Handlers
from services.collector.identity import VisitorIdentifier
from services.collector.intake import Intake
from services.collector.plain_http import return_to_plain_http
from services.collector.prometheus import CollectorMetrics
from services.collector.rate_limit import RateLimiter
from services.collector.site_registry import SiteRegistry
from services.collector.spool import Spools
from services.collector.tracker_script import TrackerScript

INTAKE = web.AppKey("intake", Intake)
REGISTRY = web.AppKey("registry", SiteRegistry)
IDENTIFIER = web.AppKey("identifier", VisitorIdentifier)

# A server that is too slow for new beacons must still be able to receive the spooled ones.
_REPLAY_TIMEOUT_FACTOR = 10
_PUBLISH_STATUS_SECONDS = 1.0


def create_app(settings: Settings, clock: Clock = system_clock) -> web.Application:
    """Build the collector's application. Raises ``ConfigError`` or ``ValueError`` for invalid settings."""
    own = settings.collector
    redis = connect_redis(settings.redis)
    prometheus = new_metrics()
    metrics = CollectorMetrics(prometheus)
    registry = SiteRegistry(redis, own.registry_file)
    identifier = VisitorIdentifier(SaltStore(redis), clock)
    servers = connect_streams(settings.redis, settings.install.shards)
    replay_servers = connect_streams(settings.redis, settings.install.shards, timeout_factor=_REPLAY_TIMEOUT_FACTOR)
    deadline = settings.redis.timeout_ms / 1000
    spools = Spools(own.spool_dir, own.spool_max_bytes, servers, replay_servers, deadline, metrics)
    commits = GroupCommits(
        [GroupCommit(writer.append, own.max_pending_requests, metrics) for writer in spools.writers], servers.group_of
    )
    Gauge("pyuniqvisit_collector_waiting_beacons", "Beacons waiting for a flush", registry=prometheus).set_function(
        lambda: commits.waiting
    )
    Gauge("pyuniqvisit_collector_spool_beacons", "Beacons in the spool", registry=prometheus).set_function(
        lambda: spools.beacons
    )
    Gauge("pyuniqvisit_collector_spool_bytes", "Size of the spool on disk", registry=prometheus).set_function(
        lambda: spools.size
    )

    intake = Intake(registry, RateLimiter(own.rate_limit), identifier, commits, settings.install.shards, clock)
    handlers = Handlers(intake, ClientAddress(own), metrics)

    middlewares = [return_to_plain_http, leave_rest_packed]
    app = web.Application(client_max_size=own.max_body_bytes, middlewares=middlewares)
    app[HANDLERS] = handlers
    app[INTAKE] = intake
    app[REGISTRY] = registry
    app[IDENTIFIER] = identifier
    app.add_routes(_routes(handlers, TrackerScript.load(settings.web_dir)))
    checks = {"queue": _queue_check(servers, spools), "sites": _sites_check(registry, identifier)}
    warnings = {
        "redis": _redis_check(servers),
        "spool": _spool_check(spools),
        "persistence": persistence_check(*servers.servers),
    }
    app.add_routes(health_routes(checks, prometheus, warnings))
    app.cleanup_ctx.append(_running(redis, servers, replay_servers, spools, commits, clock))
    return app


def _routes(handlers: Handlers, tracker: TrackerScript) -> Sequence[web.RouteDef]:
    return [
        web.post("/collect", handlers.collect),
        web.get("/pixel.gif", handlers.pixel, allow_head=False),
        web.get("/uv.js", tracker.serve),
        web.post("/track", handlers.track),
        web.post("/click", handlers.click),
        *(web.options(path, handlers.preflight) for path in ("/collect", "/track", "/click")),
    ]


def _running(
    redis: "Redis",
    servers: StreamServers,
    replay_servers: StreamServers,
    spools: Spools,
    commits: GroupCommits,
    clock: Clock,
) -> Callable[[web.Application], AsyncIterator[None]]:
    async def context(app: web.Application) -> AsyncIterator[None]:
        app[REGISTRY].load_file()
        tasks = (
            app[REGISTRY].keep_fresh(),
            app[IDENTIFIER].keep_fresh(),
            log_persistence_problems(*servers.servers),
            _publish_spool_statuses(redis, spools, clock),
        )
        async with spools.running(), in_background(*tasks):
            yield
            await commits.drain()
        await redis.aclose()
        await close_streams(servers)
        await close_streams(replay_servers)

    return context


async def _publish_spool_statuses(redis: "Redis", spools: Spools, clock: Clock) -> None:
    """Publish how many beacons each spool of this process holds, whenever that changes."""
    published: dict[str, int] = {}
    while True:
        try:
            for name, (beacons, size) in spools.by_name().items():
                if beacons != published.get(name, 0):
                    await publish_spool_status(redis, name, SpoolStatus(beacons, size, clock()))
                    published[name] = beacons
            while spools.emptied:
                name = next(iter(spools.emptied))
                await publish_spool_status(redis, name, SpoolStatus(0, 0, clock()))
                spools.emptied.discard(name)
                published.pop(name, None)
        except REDIS_ERRORS:
            pass  # published once Redis is available again
        await asyncio.sleep(_PUBLISH_STATUS_SECONDS)


def _queue_check(servers: StreamServers, spools: Spools) -> Check:
    redis_check = _redis_check(servers)

    async def check() -> str | None:
        return None if spools.accepts_beacons else await redis_check()

    return check


def _redis_check(servers: StreamServers) -> Check:
    async def check() -> str | None:
        for server in servers.servers:
            await server.ping()
        return None

    return check


def _spool_check(spools: Spools) -> Check:
    async def check() -> str | None:
        return spools.problem()

    return check


def _sites_check(registry: SiteRegistry, identifier: VisitorIdentifier) -> Check:
    async def check() -> str | None:
        if not registry.is_loaded:
            return "no site registry yet"
        return None if identifier.is_ready else "no salts yet"

    return check
