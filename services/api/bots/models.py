"""Requests, responses and errors of the bot endpoints."""

from datetime import date, datetime
from enum import StrEnum
from ipaddress import ip_address, ip_network
from typing import Annotated
from uuid import UUID

from pydantic import Field, field_validator, model_validator

from common.bots import ModelUse, OverrideAction, OverrideKind, Rule
from common.network import anonymize
from services.api.http.errors import ApiError
from services.api.http.models import RequestModel, ResponseModel
from services.api.reports.params import PeriodQuery
from services.api.reports.periods import Period

MAX_OVERRIDES = 500
MAX_VALUE = 512
MAX_STARS = 4
_SMALLEST = {4: 24, 6: 48}

Text = Annotated[str, Field(max_length=MAX_VALUE)]
Limit = Annotated[int, Field(ge=0, le=100_000)]


class BotsQuery(PeriodQuery):
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    """Maximum number of names, user agents and networks."""


class CountedAs(StrEnum):
    BOT = "bot"
    HUMAN = "human"


class BotVisitsQuery(PeriodQuery):
    rule: Rule | None = None
    network: Text | None = None
    """As the list of visits has it."""
    user_agent: Text | None = None
    """The complete user agent."""
    counted_as: CountedAs | None = None
    """If omitted, visits counted as either."""
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    page: Annotated[int, Field(ge=1, le=1_000)] = 1

    @field_validator("network", "user_agent")
    @classmethod
    def _has_no_nul(cls, text: str | None) -> str | None:
        if text is not None and "\0" in text:
            raise ValueError("must not contain null characters")
        return text


class TrafficShare(ResponseModel):
    visits: int
    pageviews: int
    share: float
    """Percent of all visits, by humans and bots."""


class RuleCount(TrafficShare):
    rule: str
    description: str
    counted_as_human: int
    """Those that count anyway: allowed by an override or the bot policy, or scored by a model that is only shown."""
    last_seen: datetime


class BotVisitCounts(ResponseModel):
    visits: int
    pageviews: int
    counted_as_human: int
    last_seen: datetime


class BotName(BotVisitCounts):
    name: str
    """Name that ua-parser finds in the user agent; empty if unknown."""


class BotUserAgent(BotVisitCounts):
    user_agent: str
    rule: str


class BotNetwork(BotVisitCounts):
    network: str
    country: str


class BotReport(ResponseModel):
    """Filtered visits by rule, bot, user agent and network."""

    site: str
    period: Period
    first_day: date
    last_day: date
    timezone: str
    as_of: datetime
    human: TrafficShare
    """Visits that count, including allowed ones."""
    bots: TrafficShare
    """Visits that do not count."""
    allowed: TrafficShare
    """Visits that count although a rule matched."""
    rules: tuple[RuleCount, ...]
    """Most frequent first."""
    names: tuple[BotName, ...]
    user_agents: tuple[BotUserAgent, ...]
    networks: tuple[BotNetwork, ...]


class BotVisit(ResponseModel):
    visitor: UUID | None
    """Shown to administrators only."""
    started_at: datetime
    ended_at: datetime
    pageviews: int
    events: int
    reason: str
    """Why the visit counts as a bot; empty if it counts as human."""
    verdict: str
    """The rule that matched; empty if an override blocked the visit and no rule matched."""
    network: str
    user_agent: str
    name: str
    os: str
    device: str
    country: str
    hostname: str
    entry_page: str
    referrer: str


class BotVisits(ResponseModel):
    visits: tuple[BotVisit, ...]
    """Newest first."""
    more: bool
    """Whether there is another page."""


class NewOverride(RequestModel):
    """The most specific override applies: by user agent, then by network (the smallest), then by rule."""

    kind: OverrideKind
    value: Annotated[str, Field(min_length=1, max_length=MAX_VALUE)]
    """The id of a rule; a network in CIDR notation, of which at most a /24 or /48 is stored; or a complete user agent,
    case-insensitive, where `*` matches any text."""
    action: OverrideAction

    @model_validator(mode="after")
    def _names_something(self) -> "NewOverride":
        self.normalized_value()
        return self

    def normalized_value(self) -> str:
        """Return the value as it is stored. Raises ``ValueError``."""
        if "\0" in self.value:
            raise ValueError("value: must not contain null characters")
        if self.kind is OverrideKind.RULE:
            if self.value not in set(Rule) - {Rule.MANUAL}:
                raise ValueError(f"value: must be one of {', '.join(sorted(set(Rule) - {Rule.MANUAL}))}")
            return self.value
        if self.kind is OverrideKind.NETWORK:
            return _network(self.value)
        if self.value.count("*") > MAX_STARS:
            raise ValueError(f"value: must contain * at most {MAX_STARS} times")
        return self.value


def _network(value: str) -> str:
    """Return the stored form of a network or address. No complete address is stored."""
    try:
        if "/" not in value:
            return anonymize(str(ip_address(value)))
        network = ip_network(value, strict=False)
    except ValueError:
        raise ValueError("value: must be a network such as 203.0.113.0/24, or an IP address") from None
    smallest = _SMALLEST[network.version]
    return str(network if network.prefixlen <= smallest else network.supernet(new_prefix=smallest))


class OverrideView(ResponseModel):
    id: UUID
    kind: OverrideKind
    value: str
    action: OverrideAction
    created_at: datetime
    created_by: str | None
    """Null if the user was deleted."""


class RecountState(ResponseModel):
    """Progress of the recount that follows a change to overrides, limits or bot policy."""

    running: bool
    progress: float
    """Percent."""
    visits_seen: int
    visits_changed: int
    requested_at: datetime | None
    """Null if there was no recount yet."""
    finished_at: datetime | None
    days_to_rebuild: int
    """Days whose rollups are being rebuilt. Reports read them from raw rows, so their numbers are correct."""


class OverrideList(ResponseModel):
    overrides: tuple[OverrideView, ...]
    recount: RecountState


class OverrideResult(ResponseModel):
    override: OverrideView
    recount: RecountState


class BotSettings(ResponseModel):
    rate_per_minute: int
    """A visitor with more page views, events and clicks in a minute is a bot. 0 turns the rule off."""
    paths_in_15_minutes: int
    """A visitor with more different pages within 15 minutes is a bot. 0 turns the rule off."""
    lifetime_paths: int
    """A visitor with more different pages in total, each for less than two seconds, is a bot. 0 turns the rule off."""
    model: ModelUse
    """Whether scores of the model are only shown, or filter visits like a rule."""


class ChangeBotSettings(RequestModel):
    """Omitted settings keep their value."""

    rate_per_minute: Limit | None = None
    paths_in_15_minutes: Limit | None = None
    lifetime_paths: Limit | None = None
    model: ModelUse | None = None


class BotScore(ResponseModel):
    visitor: UUID | None
    """Shown to administrators only."""
    score: float
    """From 0 to 1: how much the visitor differs from the site's other visitors."""
    reasons: tuple[str, ...]
    last_visit: datetime
    computed_at: datetime


class BotScoreList(ResponseModel):
    """Visitors that the model takes for bots and no rule matches. Computed every night."""

    model: ModelUse
    scores: tuple[BotScore, ...]


class BotScoresQuery(RequestModel):
    limit: Annotated[int, Field(ge=1, le=1_000)] = 100


class OverrideNotFoundError(ApiError):
    """The site has no such override."""


class TooManyOverridesError(ApiError):
    """A site has at most so many overrides."""
