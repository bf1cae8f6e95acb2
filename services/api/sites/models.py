"""Models of sites, derived from the declaration of their settings."""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, create_model

from common.sites import ABOUT, TYPES, SignatureScheme, SiteSettings
from services.api.http.errors import ApiError
from services.api.http.field_errors import Matching
from services.api.http.models import RequestModel, ResponseModel
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


def _sorted_unique(schemes: tuple[SignatureScheme, ...]) -> tuple[SignatureScheme, ...]:
    return tuple(sorted(set(schemes)))


_NAME_RULE = "use lower-case letters, digits, `.`, `-` and `_`; begin with a letter or a digit; at most 63 characters"
SiteName = Annotated[str, Matching(NAME_PATTERN, _NAME_RULE)]
SiteUrl = Annotated[str, Field(max_length=MAX_URL), AfterValidator(_check_url)]
TimeZoneName = Annotated[str, Field(max_length=100), AfterValidator(_check_timezone)]
Origins = Annotated[tuple[str, ...], Field(max_length=MAX_ORIGINS), AfterValidator(allowed_origins)]
Schemes = Annotated[
    tuple[SignatureScheme, ...], Field(min_length=1, max_length=len(SignatureScheme)), AfterValidator(_sorted_unique)
]
RetentionDays = Annotated[int, Field(ge=1, le=MAX_RETENTION_DAYS)]


_CHECKED: Mapping[str, Any] = MappingProxyType(
    {
        "name": SiteName,
        "url": SiteUrl,
        "timezone": TimeZoneName,
        "origins": Origins,
        "retention_days": RetentionDays | None,
        "signature_schemes": Schemes,
    }
)
"""Checks of values of settings, beyond their types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site(SiteSettings):
    """A stored site."""

    id: int
    created_at: datetime

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def _checked(name: str) -> Any:
    return _CHECKED.get(name, TYPES[name])


_initial: Mapping[str, Any] = {
    each.name: (_checked(each.name), ... if each.default is MISSING else each.default)
    for each in fields(SiteSettings)
    if ABOUT[each.name].is_initial
}
_Initial: type[RequestModel] = create_model("_Initial", __base__=RequestModel, **_initial)


class CreateSite(_Initial):
    name: SiteName
    url: SiteUrl
    origins: Origins | None = None
    """Left out: the origins of ``url``. Empty, or with ``*``: any origin."""
    retention_days: RetentionDays | None = None
    """Days for which data is kept; null: without limit."""


def _describe_without_null(schema: dict[str, Any]) -> None:
    schema |= schema.pop("anyOf")[0]
    del schema["default"]


_NOT_NULL = Field(json_schema_extra=_describe_without_null)
"""A field that is None only if it was left out."""


def _check_not_null(value: Any) -> Any:
    if value is None:
        raise ValueError("must not be null; leave it out to keep its value")
    return value


_changes: Mapping[str, Any] = {
    name: (Annotated[_checked(name) | None, _NOT_NULL, BeforeValidator(_check_not_null)], None)
    for name, about in ABOUT.items()
    if about.is_changeable
}
_Changes: type[RequestModel] = create_model("_Changes", __base__=RequestModel, **_changes)


class UpdateSite(_Changes):
    """Fields that are left out keep their value. The name cannot change: pages and links contain it."""

    origins: Annotated[Origins | None, _NOT_NULL, BeforeValidator(_check_not_null)] = None
    """Empty, or with ``*``: any origin. A new ``url`` does not change the origins."""
    retention_days: RetentionDays | None = None
    """Days for which data is kept; null: without limit."""
    signature_schemes: Annotated[Schemes | None, _NOT_NULL, BeforeValidator(_check_not_null)] = None
    """Signature schemes that are accepted for requests for its reports."""


_settings: Mapping[str, Any] = {name: (kind, ...) for name, kind in TYPES.items()}
_Settings: type[ResponseModel] = create_model("_Settings", __base__=ResponseModel, **_settings)


class SiteView(_Settings):
    signature_schemes: tuple[SignatureScheme, ...]
    """Signature schemes that are accepted for requests for its reports."""
    created_at: datetime

    @classmethod
    def of(cls, site: Site) -> "SiteView":
        settings = {name: getattr(site, name) for name in TYPES}
        settings["origins"] = site.origins or (ANY,)
        settings["signature_schemes"] = tuple(sorted(site.signature_schemes))
        return cls(**settings, created_at=site.created_at)


class SiteList(ResponseModel):
    sites: tuple[SiteView, ...]


class SiteNotFoundError(ApiError):
    """The site does not exist, or the caller has no access. The response does not reveal which."""


class SiteNameTakenError(ApiError):
    """Site names are unique in an install."""
