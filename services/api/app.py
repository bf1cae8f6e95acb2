"""The API's composition root."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from functools import partial

import asyncpg
from aiohttp import web
from redis.asyncio import Redis

from common.background import in_background
from common.client import ClientAddress
from common.clock import Clock, system_clock
from common.config import Settings, required_secret
from common.connections import close_streams, connect_redis, connect_streams
from common.health import Check, health_routes, new_metrics
from common.packed_bodies import leave_rest_packed
from common.persistence import log_persistence_problems, persistence_check
from common.registry import publish
from common.salts import Randomness, SaltStore
from common.store import Pool, Role, open_pool
from common.store.install import check_install
from common.streams import StreamReader, StreamServers, StreamWriter
from services.api import row_security as scope
from services.api.accounts.api_keys import routes as keys
from services.api.accounts.api_keys.repository import KeyRepository
from services.api.accounts.api_keys.service import KeyService
from services.api.accounts.auth import routes as auth
from services.api.accounts.auth.backoff import BackOff
from services.api.accounts.auth.passwords import PasswordChecks
from services.api.accounts.auth.repository import RefreshTokenRepository, UserRepository
from services.api.accounts.auth.service import AuthService
from services.api.accounts.auth.tokens import AccessTokens, Keyring
from services.api.accounts.profile import routes as me
from services.api.accounts.profile.repository import AccountRepository
from services.api.accounts.profile.service import AccountService
from services.api.accounts.signatures import routes as signed
from services.api.accounts.signatures.keys import SigningKeys
from services.api.accounts.signatures.nonces import Nonces
from services.api.accounts.signatures.service import SignedAccess
from services.api.accounts.users import routes as users
from services.api.accounts.users.repository import PeopleRepository
from services.api.accounts.users.service import UserService
from services.api.alerts import routes as alerts
from services.api.alerts.repository import AlertRepository
from services.api.alerts.service import AlertService
from services.api.alerts.trials import Trials
from services.api.bots import routes as bots
from services.api.bots.repository import BotRepository
from services.api.bots.service import BotService
from services.api.compat.v01dworks import relay
from services.api.compat.v01dworks import routes as seed
from services.api.compat.v01dworks.bots import BotReports
from services.api.compat.v01dworks.insights import SeedInsights
from services.api.compat.v01dworks.repository import SeedRepository
from services.api.compat.v01dworks.stats import SeedStats
from services.api.endpoints import Guards, endpoint_routes
from services.api.export_import import routes as transfers
from services.api.export_import.leftovers import remove_leftovers
from services.api.export_import.service import TransferService
from services.api.export_import.source import Source
from services.api.export_import.target import Target
from services.api.funnels import routes as funnels
from services.api.funnels.repository import FunnelRepository
from services.api.funnels.service import FunnelService
from services.api.goals import routes as goals
from services.api.goals.repository import GoalRepository
from services.api.goals.service import GoalService
from services.api.http.headers import add_headers
from services.api.http.request_ids import request_id_middleware
from services.api.http.timing import timing_middleware
from services.api.insights import routes as insights
from services.api.insights.repository import InsightRepository
from services.api.insights.service import InsightService
from services.api.openapi import routes as openapi
from services.api.operations.accounting import routes as accounting
from services.api.operations.accounting.ledger import Ledgers
from services.api.operations.accounting.service import AccountingService
from services.api.operations.audit import routes as audit
from services.api.operations.audit.repository import AuditRepository
from services.api.operations.audit.service import AuditService
from services.api.operations.rollups import routes as rollups
from services.api.operations.rollups.repository import RollupRepository
from services.api.operations.rollups.service import RollupService
from services.api.pages import routes as pages
from services.api.problems import problem_middleware
from services.api.reports import routes as stats
from services.api.reports.cohorts import routes as retention
from services.api.reports.cohorts.reports import RetentionService
from services.api.reports.conversions import routes as conversions
from services.api.reports.conversions.goal_filters import with_targets
from services.api.reports.conversions.reports import ConversionService
from services.api.reports.counting import Counting
from services.api.reports.overview import routes as overview
from services.api.reports.overview.repository import OverviewRepository
from services.api.reports.overview.service import OverviewService
from services.api.reports.paths import routes as paths
from services.api.reports.paths.reports import PathService
from services.api.reports.plan import Limits
from services.api.reports.realtime import routes as realtime
from services.api.reports.realtime.reports import RealtimeService
from services.api.reports.reports import StatsService
from services.api.reports.repository import StatsRepository
from services.api.reports.rollups.snapshot import RolledStats
from services.api.reports.selection import Selections
from services.api.server_events import routes as imports
from services.api.server_events.service import EventService
from services.api.sites import routes as sites
from services.api.sites.data_retention import routes as data_retention
from services.api.sites.data_retention.repository import DataRetentionRepository
from services.api.sites.data_retention.service import DataRetentionService
from services.api.sites.deletion import routes as deletions
from services.api.sites.deletion.repository import DeletionRepository
from services.api.sites.deletion.service import DeletionService
from services.api.sites.keys import routes as site_keys
from services.api.sites.keys.codes import Codes
from services.api.sites.keys.registration import Registration
from services.api.sites.keys.repository import SiteKeyRepository
from services.api.sites.keys.service import SiteKeyService
from services.api.sites.members import routes as members
from services.api.sites.members.repository import MemberRepository
from services.api.sites.pairing import routes as pairing
from services.api.sites.pairing.service import PairingService
from services.api.sites.repository import SiteRepository
from services.api.sites.service import SiteService
from services.api.sites.shares import routes as shares
from services.api.sites.shares.repository import ShareRepository
from services.api.sites.shares.service import ShareService
from services.api.sites.shares.tokens import AUDIENCE, ViewingTokens
from services.api.sites.snippet import routes as snippets
from services.api.visitors import routes as visitors
from services.api.visitors.erasure import Erasures
from services.api.visitors.repository import VisitorRepository
from services.api.visitors.service import VisitorService

POOL = web.AppKey("pool", asyncpg.Pool)

_VIEWING = timedelta(hours=1)
"""How long an opened share link stays open."""

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
    *overview.ENDPOINTS,
    *conversions.ENDPOINTS,
    *realtime.ENDPOINTS,
    *retention.ENDPOINTS,
    *insights.ENDPOINTS,
    *alerts.ENDPOINTS,
    *paths.ENDPOINTS,
    *imports.ENDPOINTS,
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
    *seed.ENDPOINTS,
    *openapi.ENDPOINTS,
)


def create_app(settings: Settings, clock: Clock = system_clock, random: Randomness = os.urandom) -> web.Application:
    """The API, ready to be served. Raises ``ConfigError`` for settings that make no sense.

    Its start raises ``OSError`` when the database is away and ``InstallError`` when it is another install's.
    """
    keyring = _keyring(settings)
    access_tokens = AccessTokens(keyring, timedelta(minutes=settings.api.access_token_minutes), clock, random)
    viewing_tokens = ViewingTokens(AccessTokens(keyring, _VIEWING, clock, random, AUDIENCE))
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
    guards = Guards(auth.authenticate, signed.identify, audit.record)
    app.add_routes(endpoint_routes(ENDPOINTS, guards))
    checks = {"database": _database_answers(app, settings.install.shards), "redis": _redis_answers(redis)}
    app.add_routes(health_routes(checks, metrics, {"persistence": persistence_check(*streams.servers)}))
    app.add_routes(pages.page_routes(settings))
    app.add_routes(pairing.page_routes(guards))
    app.add_routes(seed.preflight_routes())
    if settings.api.collector_url:
        app.add_routes(relay.relay_routes())
        app.cleanup_ctx.append(relay.collector_session(settings.api.collector_url))
    app.cleanup_ctx.append(_serving(settings, access_tokens, viewing_tokens, redis, streams, clock, random))
    return app


def _serving(
    settings: Settings,
    access_tokens: AccessTokens,
    viewing_tokens: ViewingTokens,
    redis: "Redis",
    streams: StreamServers,
    clock: Clock,
    random: Randomness,
) -> Callable[[web.Application], AsyncIterator[None]]:
    async def context(app: web.Application) -> AsyncIterator[None]:
        passwords, backoff = PasswordChecks(), BackOff(redis, clock)
        try:
            pool = await open_pool(
                settings.database,
                application="api",
                role=Role.API,
                before_use=scope.tell,
                connection_class=scope.ScopedConnection,
            )
            async with pool, in_background(log_persistence_problems(*streams.servers)):
                await _check(pool, settings.install.shards)
                app[POOL] = pool
                app[keys.KEYS] = KeyService(KeyRepository(pool), clock, random)
                app[auth.AUTH] = AuthService(
                    UserRepository(pool),
                    RefreshTokenRepository(pool),
                    access_tokens,
                    passwords,
                    backoff,
                    app[keys.KEYS].caller,
                    timedelta(days=settings.api.refresh_token_days),
                    clock,
                    random,
                )
                app[me.ME] = AccountService(AccountRepository(pool), passwords, backoff, clock, random)
                app[users.USERS] = UserService(PeopleRepository(pool), passwords, clock)
                app[members.MEMBERS] = MemberRepository(pool)
                app[audit.AUDIT] = AuditService(AuditRepository(pool), clock, random)
                app[sites.SITES] = SiteService(SiteRepository(pool), partial(publish, redis), clock)
                ledgers = Ledgers(pool, StreamReader(streams), settings.install.shards)
                app[accounting.ACCOUNTING] = AccountingService(ledgers, redis, app[sites.SITES], clock)
                app[rollups.ROLLUPS] = RollupService(RollupRepository(pool), app[sites.SITES], clock)
                app[deletions.DELETIONS] = DeletionService(DeletionRepository(pool), app[sites.SITES], clock)
                app[data_retention.DATA_RETENTION] = DataRetentionService(
                    DataRetentionRepository(pool, settings.install.shards), app[sites.SITES], clock
                )
                app[shares.SHARES] = ShareService(
                    ShareRepository(pool), app[sites.SITES], viewing_tokens, passwords, backoff, clock, random
                )
                app[signed.SIGNED] = SignedAccess(SigningKeys(pool), Nonces(redis), clock)
                codes = Codes(redis, random)
                app[site_keys.SITE_KEYS] = SiteKeyService(
                    SiteKeyRepository(pool), app[sites.SITES], codes, clock, random
                )
                app[site_keys.REGISTRATION] = Registration(
                    app[site_keys.SITE_KEYS],
                    app[sites.SITES],
                    codes,
                    partial(UserRepository(pool).of_session, session=None),
                )
                app[pairing.PAIRING] = PairingService(app[site_keys.SITE_KEYS], random)
                app[goals.GOALS] = GoalService(GoalRepository(pool), clock, random)
                app[funnels.FUNNELS] = FunnelService(FunnelRepository(pool), app[goals.GOALS], clock, random)
                raw = StatsRepository(pool, settings.install.shards)
                counting = Counting(raw, RolledStats(pool, settings.install.shards), settings.install.shards, Limits())
                with_goals = partial(with_targets, goals=app[goals.GOALS])
                app[overview.OVERVIEW] = OverviewService(OverviewRepository(pool, settings.install.shards), clock)
                app[stats.STATS] = StatsService(counting, raw.first_visit, with_goals, clock)
                app[bots.BOTS] = BotService(
                    BotRepository(pool, settings.install.shards), app[stats.STATS], clock, random
                )
                app[realtime.REALTIME] = RealtimeService(raw, with_goals, settings.install.shards, clock)
                app[alerts.ALERTS] = AlertService(AlertRepository(pool), Trials(redis), clock, random)
                app[insights.INSIGHTS] = InsightService(InsightRepository(pool), clock)
                kept = SeedRepository(pool, settings.install.shards)
                app[seed.BOTS] = BotReports(kept, clock)
                app[seed.STATS] = SeedStats(app[stats.STATS], raw, kept, app[seed.BOTS], settings.install.shards, clock)
                app[seed.INSIGHTS] = SeedInsights(app[insights.INSIGHTS], app[seed.STATS].history, clock)
                selections = Selections(raw, app[goals.GOALS], settings.install.shards, clock)
                app[conversions.CONVERSIONS] = ConversionService(raw, selections, app[goals.GOALS])
                app[retention.RETENTION] = RetentionService(raw, selections)
                app[paths.PATHS] = PathService(raw, selections)
                app[imports.EVENTS] = EventService(
                    StreamWriter(streams),
                    StreamReader(streams),
                    SaltStore(redis),
                    settings.install.shards,
                    clock,
                    random,
                )
                await asyncio.to_thread(remove_leftovers, settings.api.import_dir, time.time())
                app[transfers.TRANSFERS] = TransferService(
                    Source(pool, settings.install.shards),
                    Target(pool, settings.install.shards, clock),
                    clock,
                    settings.api.import_max_bytes,
                    settings.api.import_dir,
                )
                app[visitors.VISITORS] = VisitorService(
                    VisitorRepository(pool, settings.install.shards),
                    Erasures(pool),
                    SaltStore(redis),
                    settings.install.shards,
                    clock,
                )
                yield
        finally:
            await redis.aclose()
            await close_streams(streams)

    return context


def _keyring(settings: Settings) -> Keyring:
    """Raises ``ConfigError``."""
    previous = [required_secret(secret, "api.jwt_previous_secrets") for secret in settings.api.jwt_previous_secrets]
    return Keyring.of(required_secret(settings.api.jwt_secret, "api.jwt_secret"), previous)


async def _check(pool: Pool, shards: int) -> None:
    async with pool.acquire() as connection:
        await check_install(connection, shards)


def _database_answers(app: web.Application, shards: int) -> Check:
    async def check() -> str | None:
        await _check(app[POOL], shards)
        return None

    return check


def _redis_answers(redis: "Redis") -> Check:
    async def check() -> str | None:
        await redis.ping()
        return None

    return check
