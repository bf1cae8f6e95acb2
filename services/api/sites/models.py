from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, field_validator

from common.bots import BotPolicy
from common.identity import IdentityMode, PrivacySignal
from services.api.accounts.signatures.schemes import Scheme
from services.api.http.models import Input, Output
from services.api.sites.origins import ANY, allowed_origins, parse_origin

NAME_PATTERN = r"^[a-z0-9][a-z0-9._-]{0,62}$"
MAX_URL = 2_000
MAX_ORIGINS = 100
MAX_RETENTION_DAYS = 36_500


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())


def _check_timezone(name: str) -> str:
    if name not in _timezones():
        raise ValueError("unknown time zone; use a name like Europe/London")
    return name


def _check_url(url: str) -> str:
    if not url.isprintable():
        raise ValueError("use printable characters")
    parse_origin(url)
    return url.strip()


def _once(schemes: tuple[Scheme, ...]) -> tuple[Scheme, ...]:
    return tuple(sorted(set(schemes)))


SiteName = Annotated[str, Field(pattern=NAME_PATTERN)]
SiteUrl = Annotated[str, Field(max_length=MAX_URL), AfterValidator(_check_url)]
TimeZoneName = Annotated[str, Field(max_length=100), AfterValidator(_check_timezone)]
Origins = Annotated[tuple[str, ...], Field(max_length=MAX_ORIGINS), AfterValidator(allowed_origins)]
Schemes = Annotated[tuple[Scheme, ...], Field(min_length=1, max_length=len(Scheme)), AfterValidator(_once)]
RetentionDays = Annotated[int, Field(ge=1, le=MAX_RETENTION_DAYS)]


@dataclass(frozen=True, slots=True)
class Site:
    """A site as the store knows it."""

    id: int
    name: str
    url: str
    origins: tuple[str, ...]
    """None means any."""
    timezone: str
    identity: IdentityMode
    privacy_signal: PrivacySignal
    bot_policy: BotPolicy
    public: bool
    retention_days: int | None
    created_at: datetime
    signature_schemes: frozenset[Scheme]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class CreateSite(Input):
    name: SiteName
    url: SiteUrl
    timezone: TimeZoneName = "UTC"
    origins: Origins | None = None
    """Left out: those of ``url``. Empty, or with ``*``: any."""
    identity: IdentityMode = IdentityMode.COOKIE
    privacy_signal: PrivacySignal = PrivacySignal.HONOR
    bot_policy: BotPolicy = BotPolicy.SEPARATE
    public: bool = False
    retention_days: RetentionDays | None = None
    """How long its data are kept; null: for ever."""


def _describe_without_null(schema: dict[str, Any]) -> None:
    schema |= schema.pop("anyOf")[0]
    del schema["default"]


_KEPT = Field(json_schema_extra=_describe_without_null)
"""A field that is None only when it was left out."""


class UpdateSite(Input):
    """What is left out stays as it is. The name stays: pages say it, and links lead to it."""

    url: Annotated[SiteUrl | None, _KEPT] = None
    timezone: Annotated[TimeZoneName | None, _KEPT] = None
    origins: Annotated[Origins | None, _KEPT] = None
    """Empty, or with ``*``: any. Those of a new ``url`` are not put in by themselves."""
    identity: Annotated[IdentityMode | None, _KEPT] = None
    privacy_signal: Annotated[PrivacySignal | None, _KEPT] = None
    bot_policy: Annotated[BotPolicy | None, _KEPT] = None
    public: Annotated[bool | None, _KEPT] = None
    retention_days: RetentionDays | None = None
    """null: for ever."""
    signature_schemes: Annotated[Schemes | None, _KEPT] = None
    """How requests for its numbers may be signed."""

    @field_validator(
        "url",
        "timezone",
        "origins",
        "identity",
        "privacy_signal",
        "bot_policy",
        "public",
        "signature_schemes",
        mode="before",
    )
    @classmethod
    def _is_there(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("must not be null; leave it out to keep what is there")
        return value


class SiteView(Output):
    name: str
    url: str
    timezone: str
    origins: tuple[str, ...]
    identity: IdentityMode
    privacy_signal: PrivacySignal
    bot_policy: BotPolicy
    public: bool
    retention_days: int | None
    signature_schemes: tuple[Scheme, ...]
    """How requests for its numbers may be signed."""
    created_at: datetime

    @classmethod
    def of(cls, site: Site) -> "SiteView":
        return cls(
            name=site.name,
            url=site.url,
            timezone=site.timezone,
            origins=site.origins or (ANY,),
            identity=site.identity,
            privacy_signal=site.privacy_signal,
            bot_policy=site.bot_policy,
            public=site.public,
            retention_days=site.retention_days,
            signature_schemes=tuple(sorted(site.signature_schemes)),
            created_at=site.created_at,
        )


class SiteList(Output):
    sites: tuple[SiteView, ...]
