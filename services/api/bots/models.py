"""What is asked and answered about bots."""

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
    """Of how many names, user agents and networks to tell."""


class CountedAs(StrEnum):
    BOT = "bot"
    HUMAN = "human"


class BotVisitsQuery(PeriodQuery):
    rule: Rule | None = None
    network: Text | None = None
    """As visits tell it."""
    user_agent: Text | None = None
    """As it was sent, all of it."""
    counted_as: CountedAs | None = None
    """Left out: either."""
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    page: Annotated[int, Field(ge=1, le=1_000)] = 1

    @field_validator("network", "user_agent")
    @classmethod
    def _has_no_nul(cls, text: str | None) -> str | None:
        if text is not None and "\0" in text:
            raise ValueError("may not hold a NUL")
        return text


class TrafficShare(ResponseModel):
    visits: int
    pageviews: int
    share: float
    """Percent of all visits, people's and programs'."""


class RuleCount(TrafficShare):
    rule: str
    description: str
    counted_as_human: int
    """Of these visits: let in again by an override, by the site's bot policy, or because the model only advises."""
    last_seen: datetime


class BotVisitCounts(ResponseModel):
    visits: int
    pageviews: int
    counted_as_human: int
    last_seen: datetime


class BotName(BotVisitCounts):
    name: str
    """What ua-parser makes of the user agent; empty: no name that it knows."""


class BotUserAgent(BotVisitCounts):
    user_agent: str
    rule: str


class BotNetwork(BotVisitCounts):
    network: str
    country: str


class BotReport(ResponseModel):
    """What was filtered, by which rule, how often, and what it was."""

    site: str
    period: Period
    first_day: date
    last_day: date
    timezone: str
    as_of: datetime
    human: TrafficShare
    """Who counts, whatever the rules say."""
    bots: TrafficShare
    """Who does not."""
    allowed: TrafficShare
    """Of the people: whom a rule takes for programs."""
    rules: tuple[RuleCount, ...]
    """The most frequent first."""
    names: tuple[BotName, ...]
    user_agents: tuple[BotUserAgent, ...]
    networks: tuple[BotNetwork, ...]


class BotVisit(ResponseModel):
    visitor: UUID | None
    """Only administrators are told."""
    started_at: datetime
    ended_at: datetime
    pageviews: int
    events: int
    reason: str
    """Why it counts as a program's; empty: it counts as a person's."""
    verdict: str
    """What the rules said; empty: it was blocked, and they said nothing."""
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
    """The latest first."""
    more: bool
    """Whether there is another page."""


class NewOverride(RequestModel):
    """The nearest override decides: for a user agent, then for a network (the smallest), then for a rule."""

    kind: OverrideKind
    value: Annotated[str, Field(min_length=1, max_length=MAX_VALUE)]
    """Of a rule its id; of a network a CIDR, of which no more than a /24 or /48 is kept; of a user agent all of it, in
    upper or lower case, where `*` stands for any text."""
    action: OverrideAction

    @model_validator(mode="after")
    def _names_something(self) -> "NewOverride":
        self.normalized_value()
        return self

    def normalized_value(self) -> str:
        """The value as it is kept. Raises ``ValueError``."""
        if "\0" in self.value:
            raise ValueError("value: may not hold a NUL")
        if self.kind is OverrideKind.RULE:
            if self.value not in set(Rule) - {Rule.MANUAL}:
                raise ValueError(f"value: must be one of {', '.join(sorted(set(Rule) - {Rule.MANUAL}))}")
            return self.value
        if self.kind is OverrideKind.NETWORK:
            return _network(self.value)
        if self.value.count("*") > MAX_STARS:
            raise ValueError(f"value: may have {MAX_STARS} times *")
        return self.value


def _network(value: str) -> str:
    """No address is kept whole, so none can be told from its neighbours."""
    try:
        if "/" not in value:
            return anonymize(str(ip_address(value)))
        network = ip_network(value, strict=False)
    except ValueError:
        raise ValueError("value: must be a network like 203.0.113.0/24, or an address") from None
    smallest = _SMALLEST[network.version]
    return str(network if network.prefixlen <= smallest else network.supernet(new_prefix=smallest))


class OverrideView(ResponseModel):
    id: UUID
    kind: OverrideKind
    value: str
    action: OverrideAction
    created_at: datetime
    created_by: str | None
    """Null: a user who is gone."""


class RecountState(ResponseModel):
    """What is stored is counted again in the background when a site wants something else of its bots."""

    running: bool
    progress: float
    """Percent."""
    visits_seen: int
    visits_changed: int
    requested_at: datetime | None
    """Null: there never was a reason to count again."""
    finished_at: datetime | None
    days_to_rebuild: int
    """Days that are read from the raw rows until they are counted in advance again. Their numbers are right, too."""


class OverrideList(ResponseModel):
    overrides: tuple[OverrideView, ...]
    recount: RecountState


class OverrideResult(ResponseModel):
    override: OverrideView
    recount: RecountState


class BotSettings(ResponseModel):
    rate_per_minute: int
    """Who does more in a minute (pages, events and clicks) is a program. 0: nobody."""
    paths_in_15_minutes: int
    """Who looks at more different pages within 15 minutes is a program. 0: nobody."""
    lifetime_paths: int
    """Who looked at more different pages in all, for less than two seconds each, is a program. 0: nobody."""
    model: ModelUse
    """Whether the model's opinion is only shown, or counts as a rule does."""


class ChangeBotSettings(RequestModel):
    """What is left out stays as it is."""

    rate_per_minute: Limit | None = None
    paths_in_15_minutes: Limit | None = None
    lifetime_paths: Limit | None = None
    model: ModelUse | None = None


class BotScore(ResponseModel):
    visitor: UUID | None
    """Only administrators are told."""
    score: float
    """From 0 to 1: how far from the site's other visitors."""
    reasons: tuple[str, ...]
    last_visit: datetime
    computed_at: datetime


class BotScoreList(ResponseModel):
    """Whom the model takes for programs, besides those that the rules know. It is asked each night."""

    model: ModelUse
    scores: tuple[BotScore, ...]


class BotScoresQuery(RequestModel):
    limit: Annotated[int, Field(ge=1, le=1_000)] = 100


class OverrideNotFoundError(ApiError):
    """The site has no such override."""


class TooManyOverridesError(ApiError):
    """A site has at most so many overrides."""
