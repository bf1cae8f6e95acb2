"""A site's bot settings and overrides, and how they classify one visit.

The rule that matched a visit (its verdict) is stored whatever the site's settings. Whether the visit counts as a bot
(its reason) follows from the verdict, the network and the user agent alone. So it can be derived again for every stored
visit, and deleting an override restores the classification from before it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_network

from common.bots import (
    LIFETIME_PATHS,
    PATHS_IN_15_MINUTES,
    RATE_PER_MINUTE,
    BotPolicy,
    ModelUse,
    OverrideAction,
    OverrideKind,
    Rule,
)
from common.network import Network

HUMAN = ""
_CACHE_SIZE = 8_192


@dataclass(frozen=True, slots=True)
class BehaviorLimits:
    """Limits above which a visitor counts as a bot. 0: the rule is off."""

    rate_per_minute: int = RATE_PER_MINUTE
    paths_in_15_minutes: int = PATHS_IN_15_MINUTES
    lifetime_paths: int = LIFETIME_PATHS

    @property
    def smallest(self) -> int | None:
        """The smallest limit that is on: a visit with no more events is within all of them. None: no limit is on."""
        return min(filter(None, (self.rate_per_minute, self.paths_in_15_minutes, self.lifetime_paths)), default=None)

    @property
    def off(self) -> frozenset[str]:
        """The rules that are off."""
        by_rule = {
            Rule.RATE: self.rate_per_minute,
            Rule.PATHS: self.paths_in_15_minutes,
            Rule.LIFETIME_PATHS: self.lifetime_paths,
        }
        return frozenset(rule.value for rule, limit in by_rule.items() if not limit)


DEFAULT_LIMITS = BehaviorLimits()


@dataclass(frozen=True, slots=True)
class Override:
    kind: OverrideKind
    value: str
    verdict: OverrideAction


class SiteBotPolicy:
    """Bot policy of one site. Immutable; caches its look-ups."""

    def __init__(
        self,
        policy: BotPolicy = BotPolicy.SEPARATE,
        overrides: Sequence[Override] = (),
        limits: BehaviorLimits = DEFAULT_LIMITS,
        model: ModelUse = ModelUse.SHOW,
    ) -> None:
        self.limits = limits
        self._counts_all = policy is BotPolicy.COUNT
        self._ignored = limits.off | ({Rule.MODEL.value} if model is ModelUse.SHOW else set())
        self._agents = _agents(overrides)
        self._networks = _networks(overrides)
        self._rules = {each.value: each.verdict for each in overrides if each.kind is OverrideKind.RULE}
        self.is_default = not overrides and not self._counts_all
        """Whether the verdict of a new visit always counts: rules of behavior and the model apply only later."""
        self._of_agent = lru_cache(_CACHE_SIZE)(self._find_agent)
        self._of_network = lru_cache(_CACHE_SIZE)(self._find_network)

    def reason(self, verdict: str, network: str, user_agent: str) -> str:
        """Return the rule by which the visit counts as a bot; '' for a human visit.

        The most specific setting decides: an override of the user agent, of the network, of the rule, then the site's.
        """
        override = (
            (self._of_agent(user_agent) if self._agents else None)
            or (self._of_network(network) if self._networks else None)
            or (self._rules.get(verdict) if verdict else None)
        )
        if override is OverrideAction.ALLOW:
            return HUMAN
        if override is OverrideAction.BLOCK:
            return verdict or Rule.MANUAL.value
        return HUMAN if self._counts_all or verdict in self._ignored else verdict

    def _find_agent(self, user_agent: str) -> OverrideAction | None:
        return next((verdict for pattern, verdict in self._agents if pattern.fullmatch(user_agent)), None)

    def _find_network(self, network: str) -> OverrideAction | None:
        try:
            visited_from = ip_network(network)
        except ValueError:
            return None
        return next((verdict for override, verdict in self._networks if _is_within(visited_from, override)), None)


def _agents(overrides: Iterable[Override]) -> list[tuple[re.Pattern[str], OverrideAction]]:
    """Sort by length, the longest and so most specific first; at equal length, allow goes before block."""
    of_agents = [each for each in overrides if each.kind is OverrideKind.USER_AGENT]
    of_agents.sort(key=lambda each: (-len(each.value), each.verdict is OverrideAction.BLOCK, each.value))
    return [(_pattern(each.value), each.verdict) for each in of_agents]


def _pattern(value: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, value.split("*"))), re.IGNORECASE | re.DOTALL)


def _networks(overrides: Iterable[Override]) -> list[tuple[Network, OverrideAction]]:
    """Sort by size, the smallest network first."""
    of_networks = [(ip_network(each.value), each.verdict) for each in overrides if each.kind is OverrideKind.NETWORK]
    return sorted(of_networks, key=lambda each: -each[0].prefixlen)


def _is_within(network: Network, other: Network) -> bool:
    return network.version == other.version and network.subnet_of(other)  # type: ignore[arg-type]
