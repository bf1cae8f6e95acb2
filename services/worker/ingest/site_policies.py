"""Bot policies, deletions and calendars of sites, which the worker reads again every few seconds."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from common.bots import BotPolicy, ModelUse, OverrideAction, OverrideKind
from common.store import load_queries
from common.store.connection import Connection
from services.worker.bots.site_bot_policy import DEFAULT_LIMITS, BehaviorLimits, Override, SiteBotPolicy
from services.worker.rollups.calendar import Calendar

MAX_AGE_SECONDS = 5.0

_SQL = load_queries("services.worker.ingest")
_UTC = Calendar("UTC")
DEFAULT_BOT_POLICY = SiteBotPolicy()


@dataclass(frozen=True, slots=True)
class Policies:
    """What applies to the sites at one time."""

    bot_policies: Mapping[int, SiteBotPolicy] = field(default_factory=dict)
    """Policies of the sites with settings of their own. All others have the default."""
    deleted: frozenset[int] = frozenset()
    """Sites that are deleted or are being deleted. Their beacons are not stored."""
    calendars: Mapping[int, Calendar] = field(default_factory=dict)
    """The calendars of all sites."""


async def bot_policy_of(connection: Connection, site_id: int) -> tuple[SiteBotPolicy, Calendar]:
    """Return a site's current bot policy and calendar."""
    for row in await connection.fetch(_SQL["site_policies"]):
        if row["id"] == site_id:
            _, policy, timezone, *more = row
            return _bot_policy(policy, *more), Calendar(timezone)
    return DEFAULT_BOT_POLICY, _UTC


class SitePolicies:
    """Caches the policies of all sites. ``monotonic``: seconds of a monotonic clock."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._read_at = -MAX_AGE_SECONDS
        self._known = Policies()
        self._calendars: dict[str, Calendar] = {}
        self._bot_policies: dict[tuple[Any, ...], SiteBotPolicy] = {}

    async def known(self, connection: Connection, site_ids: Iterable[int] = ()) -> Policies:
        """Return policies that are at most ``MAX_AGE_SECONDS`` old, and that include all existing ``site_ids``."""
        now = self._monotonic()
        if now - self._read_at >= MAX_AGE_SECONDS or not self._known.calendars.keys() >= set(site_ids):
            sites = await connection.fetch(_SQL["site_policies"])
            deleted = await connection.fetch(_SQL["deleted_sites"])
            configured = {site_id: tuple(map(_hashable, (policy, *more))) for site_id, policy, _, *more in sites}
            # Policies that have not changed keep their caches.
            self._bot_policies = {
                each: self._bot_policies.get(each) or _bot_policy(*each) for each in set(configured.values())
            }
            self._known = Policies(
                {site_id: self._bot_policies[each] for site_id, each in configured.items() if each != _DEFAULTS},
                frozenset(row["site_id"] for row in deleted),
                _Calendars({site_id: self._calendar(timezone) for site_id, _, timezone, *_ in sites}),
            )
            self._read_at = now
        return self._known

    def _calendar(self, timezone: str) -> Calendar:
        """Return the calendar of a time zone. All its sites share one, because of its cache."""
        return self._calendars.setdefault(timezone, Calendar(timezone))


_DEFAULTS = (BotPolicy.SEPARATE.value, *[None] * 7)


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _bot_policy(policy: str, rate: int | None, paths: int, lifetime: int, model: str, *overrides: Any) -> SiteBotPolicy:
    """Make a policy of the columns of ``site_policies``. None: the site has no settings, or no overrides."""
    kinds, values, actions = (each or () for each in overrides)
    return SiteBotPolicy(
        BotPolicy(policy),
        [Override(OverrideKind(k), v, OverrideAction(a)) for k, v, a in zip(kinds, values, actions, strict=True)],
        DEFAULT_LIMITS if rate is None else BehaviorLimits(rate, paths, lifetime),
        ModelUse(model or ModelUse.SHOW),
    )


class _Calendars(dict[int, Calendar]):
    """Uses UTC for deleted sites, whose late beacons do not count."""

    def __missing__(self, _site_id: int) -> Calendar:
        return _UTC
