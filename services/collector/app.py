"""The collector's composition root."""

from collections.abc import AsyncIterator, Callable

from aiohttp import web
from prometheus_client import Gauge
from redis.asyncio import Redis

from common.background import in_background
from common.client import ClientAddress
from common.clock import Clock, system_clock
from common.config import Settings
from common.connections import connect_redis
from common.health import Check, health_routes, new_metrics
from common.salts import SaltStore
from common.streams import StreamWriter
from services.collector import keys
from services.collector.door import Door
from services.collector.group_commit import GroupCommit
from services.collector.identity import VisitorIdentity
from services.collector.intake import Intake
from services.collector.metrics import CollectorMetrics
from services.collector.rate_limit import RateLimiter
from services.collector.registry import SiteRegistry
from services.collector.routes import routes
from services.collector.tracker_script import TrackerScript


def create_app(settings: Settings, clock: Clock = system_clock) -> web.Application:
    """The collector, ready to be served. Raises ``ConfigError``, ``ValueError`` for settings that make no sense."""
    own = settings.collector
    redis = connect_redis(settings.redis)
    counted = new_metrics()
    metrics = CollectorMetrics(counted)
    registry = SiteRegistry(redis, own.registry_file)
    identity = VisitorIdentity(SaltStore(redis), clock)
    commits = GroupCommit(StreamWriter(redis).append, own.max_waiting, settings.redis.timeout_ms / 1000, metrics)
    Gauge("collector_waiting_beacons", "Beacons that wait for a flush", registry=counted).set_function(
        lambda: commits.waiting
    )

    intake = Intake(registry, RateLimiter(own.rate_limit), identity, commits, settings.install.shards, clock)
    door = Door(intake, ClientAddress(own), metrics)

    app = web.Application(client_max_size=own.max_body_bytes)
    app[keys.DOOR] = door
    app[keys.INTAKE] = intake
    app[keys.REGISTRY] = registry
    app[keys.IDENTITY] = identity
    app.add_routes(routes(door, TrackerScript.load(settings.web_dir)))
    app.add_routes(health_routes({"redis": _redis_answers(redis), "sites": _sites_known(app)}, counted))
    app.cleanup_ctx.append(_running(redis, commits))
    return app


def _running(redis: "Redis", commits: GroupCommit) -> Callable[[web.Application], AsyncIterator[None]]:
    async def context(app: web.Application) -> AsyncIterator[None]:
        app[keys.REGISTRY].load_file()
        async with in_background(app[keys.REGISTRY].keep_fresh(), app[keys.IDENTITY].keep_fresh()):
            yield
        await commits.drain()
        await redis.aclose()

    return context


def _redis_answers(redis: "Redis") -> Check:
    async def check() -> str | None:
        await redis.ping()
        return None

    return check


def _sites_known(app: web.Application) -> Check:
    async def check() -> str | None:
        if not app[keys.REGISTRY].is_loaded:
            return "no site registry yet"
        return None if app[keys.IDENTITY].is_ready else "no salts yet"

    return check
