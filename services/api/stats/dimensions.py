"""Dimensions: what a site's numbers can be broken down and filtered by."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from common.beacon import MAX_PROP_KEY, Kind
from services.api.stats.errors import UnknownDimensionError

_PROPERTY = "property."


@dataclass(frozen=True, slots=True)
class Dimension:
    """Where the values are found. One without ``kinds`` is of visits, others are of what happened in them."""

    name: str
    part: str
    """The SQL file that reads a value."""
    column: str = ""
    key: str = ""
    """Of a property; the only thing in here that a caller may choose freely."""
    kinds: tuple[Kind, ...] = ()
    """What has such a value."""
    narrows: tuple[Kind, ...] = ()
    """What is counted only with the value, where a filter asks for one."""
    filterable: bool = True


_ON_PAGE = (Kind.PAGEVIEW, Kind.EVENT, Kind.CLICK)

_DIMENSIONS = (
    Dimension("page", "column", "path", kinds=_ON_PAGE, narrows=_ON_PAGE),
    Dimension("entry", "column", "entry_page"),
    Dimension("exit", "column", "exit_page"),
    Dimension("hostname", "column", "hostname"),
    Dimension("referrer", "column", "referrer"),
    Dimension("source", "column", "source"),
    Dimension("channel", "column", "channel"),
    Dimension("utm_source", "column", "utm_source"),
    Dimension("utm_medium", "column", "utm_medium"),
    Dimension("utm_campaign", "column", "utm_campaign"),
    Dimension("utm_term", "column", "utm_term"),
    Dimension("utm_content", "column", "utm_content"),
    Dimension("country", "column", "country"),
    Dimension("region", "column", "region"),
    Dimension("city", "column", "city"),
    Dimension("browser", "column", "browser"),
    Dimension("browser_version", "versioned", "browser"),
    Dimension("os", "column", "os"),
    Dimension("os_version", "versioned", "os"),
    Dimension("device", "column", "device"),
    Dimension("screen", "column", "screen"),
    Dimension("language", "column", "language"),
    Dimension("event", "column", "name", kinds=(Kind.EVENT,), narrows=(Kind.EVENT,)),
    Dimension("link", "column", "name", kinds=(Kind.CLICK,), narrows=(Kind.CLICK,)),
    Dimension("property", "property_keys", kinds=_ON_PAGE, filterable=False),
)
_PROPERTY_VALUES = Dimension(_PROPERTY, "property", kinds=_ON_PAGE, narrows=(Kind.EVENT,))

DIMENSIONS: Mapping[str, Dimension] = MappingProxyType({dimension.name: dimension for dimension in _DIMENSIONS})


def dimension_of(name: str) -> Dimension:
    """``country``, or ``property.plan``: the values of the property ``plan``. Raises ``UnknownDimensionError``.

    A key with a slash or a brace cannot be named in a path, and so only be filtered by.
    """
    if name in DIMENSIONS:
        return DIMENSIONS[name]
    key = name.removeprefix(_PROPERTY)
    if key != name and 0 < len(key) <= MAX_PROP_KEY and "\0" not in key:
        return replace(_PROPERTY_VALUES, name=name, key=key)
    raise UnknownDimensionError(f"unknown dimension; one of {', '.join(DIMENSIONS)}, {_PROPERTY}KEY")
