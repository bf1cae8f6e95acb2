"""The composition root of the API: makes what features depend on, and sets each of them up."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable

from aiohttp import web
from redis.asyncio import Redis

from common.background import in_background
from common.client import ClientAddress
from common.clock import Clock, system_clock
from common.config import Settings, required_secret
from common.connections import close_streams, connect_redis, connect_streams
from common.health import Check, health_routes, new_metrics
from common.packed_bodies import leave_rest_packed
from common.passwords import PasswordHasher
from common.persistence import log_persistence_problems, persistence_check
from common.salts import Randomness
from common.store import Pool, Role, open_pool
from common.store.install import check_install
from common.streams import StreamServers
from services.api import row_security
from services.api.accounts.api_keys import routes as keys
from services.api.accounts.auth import routes as auth
from services.api.accounts.auth.login_throttle import LoginThrottle
from services.api.accounts.auth.tokens import Keyring
from services.api.accounts.profile import routes as me
from services.api.accounts.signatures import routes as signed
from services.api.accounts.users import routes as users
from services.api.alerts import routes as alerts
from services.api.bots import routes as bots
from services.api.compat.v01dworks import collector_proxy
from services.api.compat.v01dworks import routes as v01dworks
from services.api.dependencies import Dependencies
from services.api.endpoints import RequestHooks, endpoint_routes
from services.api.export_import import routes as transfers
from services.api.export_import.service import remove_stale_import_files
from services.api.funnels import routes as funnels
from services.api.goals import routes as goals
from services.api.http.middleware import add_headers, request_id_middleware, timing_middleware
from services.api.insights import routes as insights
from services.api.openapi import routes as openapi
from services.api.operations.accounting import routes as accounting
from services.api.operations.audit import routes as audit
from services.api.operations.rollups import routes as rollups
from services.api.pages import routes as pages
from services.api.problems import problem_middleware
from services.api.reports import routes as stats
from services.api.server_events import routes as server_events
from services.api.sites import deletion as deletions
from services.api.sites import members
from services.api.sites import routes as sites
from services.api.sites import snippet as snippets
from services.api.sites.data_retention import routes as data_retention
from services.api.sites.keys import routes as site_keys
from services.api.sites.pairing import routes as pairing
from services.api.sites.shares import routes as shares
from services.api.visitors import routes as visitors

POOL = web.AppKey("pool", Pool)

ENDPOINTS = (
    *auth.ENDPOINTS,
    *me.ENDPOINTS,
    *keys.ENDPOINTS,
    *users.ENDPOINTS,
    *sites.ENDPOINTS,
    *members.ENDPOINTS,
    *snippets.ENDPOINTS,
    *goals.ENDPOINTS,
    *funnels.ENDPOINTS,
    *stats.ENDPOINTS,
    *insights.ENDPOINTS,
    *alerts.ENDPOINTS,
    *server_events.ENDPOINTS,
    *visitors.ENDPOINTS,
    *transfers.ENDPOINTS,
    *audit.ENDPOINTS,
    *accounting.ENDPOINTS,
    *deletions.ENDPOINTS,
    *data_retention.ENDPOINTS,
    *rollups.ENDPOINTS,
    *bots.ENDPOINTS,
    *shares.ENDPOINTS,
    *site_keys.ENDPOINTS,
    *pairing.ENDPOINTS,
    *v01dworks.ENDPOINTS,
    *openapi.ENDPOINTS,
)


def create_app(settings: Settings, clock: Clock = system_clock, random: Randomness = os.urandom) -> web.Application:
    """Return the API, ready to be served. Raises ``ConfigError`` for invalid settings.

    Its start raises ``OSError`` when the database is unavailable, and ``InstallError`` when it is another install's.
    """
    keyring = _keyring(settings)
    redis = connect_redis(settings.redis)
    streams = connect_streams(settings.redis, settings.install.shards)
    metrics = new_metrics()

    middlewares = [
        leave_rest_packed,
        request_id_middleware(clock, random),
        timing_middleware(metrics),
        problem_middleware,
    ]
    app = web.Application(middlewares=middlewares)
    app.on_response_prepare.append(add_headers)
    app[pages.SETTINGS] = settings
    app[auth.CLIENTS] = ClientAddress(settings.api)
    app[openapi.DOCUMENT] = openapi.document_of(ENDPOINTS)
    hooks = RequestHooks(auth.authenticate, signed.identify_viewer, audit.record_event)
    app.add_routes(endpoint_routes(ENDPOINTS, hooks))
    checks = {"database": _database_check(app, settings.install.shards), "redis": _redis_check(redis)}
    app.add_routes(health_routes(checks, metrics, {"persistence": persistence_check(*streams.servers)}))
    app.add_routes(pages.page_routes(settings))
    app.add_routes(pairing.page_routes(hooks))
    app.add_routes(v01dworks.preflight_routes())
    if settings.api.collector_url:
        app.add_routes(collector_proxy.proxy_routes())
        app.cleanup_ctx.append(collector_proxy.collector_session(settings.api.collector_url))
    app.cleanup_ctx.append(_serving(settings, keyring, redis, streams, clock, random))
    return app


def _serving(
    settings: Settings, keyring: Keyring, redis: Redis, streams: StreamServers, clock: Clock, random: Randomness
) -> Callable[[web.Application], AsyncIterator[None]]:
    """Open the connections while the application runs, and set the features up."""

    async def context(app: web.Application) -> AsyncIterator[None]:
        passwords, throttle = PasswordHasher(), LoginThrottle(redis, clock)
        try:
            pool = await open_pool(
                settings.database,
                application="api",
                role=Role.API,
                before_use=row_security.configure_connection,
                connection_class=row_security.RowSecurityConnection,
            )
            async with pool, in_background(log_persistence_problems(*streams.servers)):
                await _check_install(pool, settings.install.shards)
                app[POOL] = pool
                set_up_features(
                    app, Dependencies(settings, pool, redis, streams, keyring, passwords, throttle, clock, random)
                )
                await asyncio.to_thread(remove_stale_import_files, settings.api.import_dir, time.time())
                yield
        finally:
            await redis.aclose()
            await close_streams(streams)

    return context


def set_up_features(app: web.Application, deps: Dependencies) -> None:
    """Build each feature's service. A feature comes after those whose services it uses."""
    keys.setup(app, deps)
    auth.setup(app, deps)
    me.setup(app, deps)
    users.setup(app, deps)
    audit.setup(app, deps)
    sites.setup(app, deps)
    members.setup(app, deps)
    deletions.setup(app, deps)
    data_retention.setup(app, deps)
    shares.setup(app, deps)
    signed.setup(app, deps)
    site_keys.setup(app, deps)
    pairing.setup(app, deps)
    accounting.setup(app, deps)
    rollups.setup(app, deps)
    goals.setup(app, deps)
    funnels.setup(app, deps)
    stats.setup(app, deps)
    bots.setup(app, deps)
    alerts.setup(app, deps)
    insights.setup(app, deps)
    v01dworks.setup(app, deps)
    server_events.setup(app, deps)
    transfers.setup(app, deps)
    visitors.setup(app, deps)


def _keyring(settings: Settings) -> Keyring:
    """Raises ``ConfigError``."""
    previous = [required_secret(secret, "api.jwt_previous_secrets") for secret in settings.api.jwt_previous_secrets]
    return Keyring.of(required_secret(settings.api.jwt_secret, "api.jwt_secret"), previous)


async def _check_install(pool: Pool, shards: int) -> None:
    async with pool.acquire() as connection:
        await check_install(connection, shards)


def _database_check(app: web.Application, shards: int) -> Check:
    async def check() -> str | None:
        await _check_install(app[POOL], shards)
        return None

    return check


def _redis_check(redis: Redis) -> Check:
    async def check() -> str | None:
        await redis.ping()
        return None

    return check
