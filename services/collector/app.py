"""The collector's composition root."""

import asyncio
from collections.abc import AsyncIterator, Callable

from aiohttp import web
from prometheus_client import Gauge
from redis.asyncio import Redis
from redis.exceptions import RedisError

from common.background import in_background
from common.client import ClientAddress
from common.clock import Clock, system_clock
from common.config import Settings
from common.connections import close_streams, connect_redis, connect_streams
from common.health import Check, health_routes, new_metrics
from common.persistence import is_kept, warn_of_persistence
from common.salts import SaltStore
from common.streams import StreamServers
from common.streams.spooled import Spooled, tell_spooled
from services.collector import keys
from services.collector.door import Door
from services.collector.group_commit import GroupCommit, GroupCommits
from services.collector.identity import VisitorIdentity
from services.collector.intake import Intake
from services.collector.metrics import CollectorMetrics
from services.collector.rate_limit import RateLimiter
from services.collector.registry import SiteRegistry
from services.collector.routes import routes
from services.collector.spool import Spools
from services.collector.tracker_script import TrackerScript

# A server that is slow has to get rid of what was spooled because it is.
_REPLAY_PATIENCE = 10
_TELL_SECONDS = 1.0


def create_app(settings: Settings, clock: Clock = system_clock) -> web.Application:
    """The collector, ready to be served. Raises ``ConfigError``, ``ValueError`` for settings that make no sense."""
    own = settings.collector
    redis = connect_redis(settings.redis)
    counted = new_metrics()
    metrics = CollectorMetrics(counted)
    registry = SiteRegistry(redis, own.registry_file)
    identity = VisitorIdentity(SaltStore(redis), clock)
    servers = connect_streams(settings.redis, settings.install.shards)
    patient = connect_streams(settings.redis, settings.install.shards, patience=_REPLAY_PATIENCE)
    spools = Spools(own.spool_dir, own.spool_max_bytes, servers, patient, settings.redis.timeout_ms / 1000, metrics)
    commits = GroupCommits(
        [GroupCommit(lane.append, own.max_pending_requests, metrics) for lane in spools.lanes], servers.group_of
    )
    Gauge("pyuniqvisit_collector_waiting_beacons", "Beacons waiting for a flush", registry=counted).set_function(
        lambda: commits.waiting
    )
    Gauge("pyuniqvisit_collector_spool_beacons", "Beacons in the spool", registry=counted).set_function(
        lambda: spools.beacons
    )
    Gauge("pyuniqvisit_collector_spool_bytes", "Size of the spool on disk", registry=counted).set_function(
        lambda: spools.size
    )

    intake = Intake(registry, RateLimiter(own.rate_limit), identity, commits, settings.install.shards, clock)
    door = Door(intake, ClientAddress(own), metrics)

    app = web.Application(client_max_size=own.max_body_bytes)
    app[keys.DOOR] = door
    app[keys.INTAKE] = intake
    app[keys.REGISTRY] = registry
    app[keys.IDENTITY] = identity
    app.add_routes(routes(door, TrackerScript.load(settings.web_dir)))
    checks = {"queue": _takes_beacons(servers, spools), "sites": _sites_known(app)}
    warnings = {
        "redis": _redis_answers(servers),
        "spool": _spool_is_empty(spools),
        "persistence": is_kept(*servers.servers),
    }
    app.add_routes(health_routes(checks, counted, warnings))
    app.cleanup_ctx.append(_running(redis, servers, patient, spools, commits, clock))
    return app


def _running(
    redis: "Redis",
    servers: StreamServers,
    patient: StreamServers,
    spools: Spools,
    commits: GroupCommits,
    clock: Clock,
) -> Callable[[web.Application], AsyncIterator[None]]:
    async def context(app: web.Application) -> AsyncIterator[None]:
        app[keys.REGISTRY].load_file()
        refreshing = (app[keys.REGISTRY].keep_fresh(), app[keys.IDENTITY].keep_fresh())
        async with (
            spools.running(),
            in_background(*refreshing, warn_of_persistence(*servers.servers), _tell(redis, spools, clock)),
        ):
            yield
            await commits.drain()
        await redis.aclose()
        await close_streams(servers)
        await close_streams(patient)

    return context


async def _tell(redis: "Redis", spools: Spools, clock: Clock) -> None:
    """Tells others how much is in each spool of ours, whenever that has changed."""
    told: dict[str, int] = {}
    while True:
        try:
            for name, (beacons, size) in spools.by_name().items():
                if beacons != told.get(name, 0):
                    await tell_spooled(redis, name, Spooled(beacons, size, clock()))
                    told[name] = beacons
            while spools.emptied:
                name = next(iter(spools.emptied))
                await tell_spooled(redis, name, Spooled(0, 0, clock()))
                spools.emptied.discard(name)
                told.pop(name, None)
        except (RedisError, OSError):
            pass  # it will be told when Redis is back
        await asyncio.sleep(_TELL_SECONDS)


def _takes_beacons(servers: StreamServers, spools: Spools) -> Check:
    answers = _redis_answers(servers)

    async def check() -> str | None:
        return None if spools.takes_beacons else await answers()

    return check


def _redis_answers(servers: StreamServers) -> Check:
    async def check() -> str | None:
        for server in servers.servers:
            await server.ping()
        return None

    return check


def _spool_is_empty(spools: Spools) -> Check:
    async def check() -> str | None:
        return spools.problem()

    return check


def _sites_known(app: web.Application) -> Check:
    async def check() -> str | None:
        if not app[keys.REGISTRY].is_loaded:
            return "no site registry yet"
        return None if app[keys.IDENTITY].is_ready else "no salts yet"

    return check
