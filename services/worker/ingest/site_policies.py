"""What the worker must know of sites, asked again from time to time."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from common.bots import BotPolicy, ModelUse, OverrideAction, OverrideKind
from common.store import load_queries
from services.worker.bots.site_bot_policy import DEFAULT_LIMITS, BehaviorLimits, Override, SiteBotPolicy
from services.worker.rollups.calendar import Calendar

FRESH_SECONDS = 5.0

_SQL = load_queries("services.worker.ingest")
_UTC = Calendar("UTC")
DEFAULT_BOT_POLICY = SiteBotPolicy()


@dataclass(frozen=True, slots=True)
class Policies:
    """Ids of the sites that are not like the others, and the clocks of all."""

    bot_policies: Mapping[int, SiteBotPolicy] = field(default_factory=dict)
    """Of the sites that want something of their bots. Any other has those that are plain."""
    deleted: frozenset[int] = frozenset()
    """Are deleted, or being deleted: nothing of them is stored."""
    calendars: Mapping[int, Calendar] = field(default_factory=dict)
    """Of every site."""


async def bot_policy_of(connection: Any, site_id: int) -> tuple[SiteBotPolicy, Calendar]:
    """Return a site's current bot policy and calendar."""
    for row in await connection.fetch(_SQL["site_policies"]):
        if row["id"] == site_id:
            _, policy, timezone, *more = row
            return _bot_policy(policy, *more), Calendar(timezone)
    return DEFAULT_BOT_POLICY, _UTC


class SitePolicies:
    """``monotonic``: seconds of a clock that never jumps."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._asked_at = -FRESH_SECONDS
        self._known = Policies()
        self._calendars: dict[str, Calendar] = {}
        self._bot_policies: dict[tuple[Any, ...], SiteBotPolicy] = {}

    async def known(self, connection: Any, site_ids: Iterable[int] = ()) -> Policies:
        """As of at most ``FRESH_SECONDS`` ago, and of now when one of ``site_ids`` is not known."""
        now = self._monotonic()
        if now - self._asked_at >= FRESH_SECONDS or not self._known.calendars.keys() >= set(site_ids):
            sites = await connection.fetch(_SQL["site_policies"])
            deleted = await connection.fetch(_SQL["deleted_sites"])
            wished = {site_id: tuple(map(_hashable, (policy, *more))) for site_id, policy, _, *more in sites}
            # Policies that have not changed keep their caches.
            self._bot_policies = {
                each: self._bot_policies.get(each) or _bot_policy(*each) for each in set(wished.values())
            }
            self._known = Policies(
                {site_id: self._bot_policies[each] for site_id, each in wished.items() if each != _NOTHING_WISHED},
                frozenset(row["site_id"] for row in deleted),
                _Calendars({site_id: self._calendar(timezone) for site_id, _, timezone, *_ in sites}),
            )
            self._asked_at = now
        return self._known

    def _calendar(self, timezone: str) -> Calendar:
        """One for all sites of a zone, kept for what it remembers."""
        return self._calendars.setdefault(timezone, Calendar(timezone))


_NOTHING_WISHED = (BotPolicy.SEPARATE.value, *[None] * 7)


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _bot_policy(policy: str, rate: int | None, paths: int, lifetime: int, model: str, *overrides: Any) -> SiteBotPolicy:
    """From the columns of site_policies.sql. None: the site has no settings, or no overrides."""
    kinds, values, actions = (each or () for each in overrides)
    return SiteBotPolicy(
        BotPolicy(policy),
        [Override(OverrideKind(k), v, OverrideAction(w)) for k, v, w in zip(kinds, values, actions, strict=True)],
        DEFAULT_LIMITS if rate is None else BehaviorLimits(rate, paths, lifetime),
        ModelUse(model or ModelUse.SHOW),
    )


class _Calendars(dict[int, Calendar]):
    """Sites that are not there any more have UTC: what comes of them late counts for nobody."""

    def __missing__(self, _site_id: int) -> Calendar:
        return _UTC
