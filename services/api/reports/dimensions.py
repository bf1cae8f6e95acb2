"""Dimensions: what a site's numbers can be broken down and filtered by."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from common.beacon import MAX_PROP_KEY, Kind
from common.rollups import RollupDimension
from common.visits import VISIT_DIMENSIONS, VisitDimension
from services.api.http.errors import ApiError

_PROPERTY = "property."
_KEYS = "property"


class UnknownDimensionError(ApiError):
    """There is no such dimension."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """Where the values are found. One without ``kinds`` is of visits, others are of what happened in them."""

    name: str
    of_visit: VisitDimension | None = None
    """None: its values are those of events."""
    part: str = ""
    """The fragment of SQL that reads a value of an event."""
    column: str = ""
    key: str = ""
    """Of a property; the only thing in here that a caller may choose freely."""
    kinds: tuple[Kind, ...] = ()
    """What has such a value."""
    narrows: tuple[Kind, ...] = ()
    """What is counted only with the value, where a filter asks for one."""
    counted: tuple[Kind, ...] = ()
    """What is counted by its values, if more than ``kinds``."""
    filterable: bool = True
    has_entries: bool = False
    """Whether visits begin on its values."""

    @property
    def counts(self) -> tuple[Kind, ...]:
        return self.counted or self.kinds

    @property
    def has_activity(self) -> bool:
        """Whether more is asked of its values than visits. Of what is known when a visit ends, nothing is."""
        return self.of_visit is None or self.of_visit.source is not None


_ON_PAGE = (Kind.PAGEVIEW, Kind.EVENT, Kind.CLICK)
_OF_PAGE = (*_ON_PAGE, Kind.LEAVE)

GOAL = Dimension("goal", kinds=(Kind.PAGEVIEW, Kind.EVENT))
"""To filter by, and not to break down by: `stats/goals` does that."""

_DIMENSIONS = (
    Dimension(
        "page", part="column", column="path", kinds=_ON_PAGE, narrows=_OF_PAGE, counted=_OF_PAGE, has_entries=True
    ),
    *(Dimension(dimension.name, dimension) for dimension in VISIT_DIMENSIONS),
    Dimension("event", part="column", column="name", kinds=(Kind.EVENT,), narrows=(Kind.EVENT,)),
    Dimension("link", part="column", column="name", kinds=(Kind.CLICK,), narrows=(Kind.CLICK,)),
    Dimension(_KEYS, part="property_keys", kinds=_ON_PAGE, filterable=False),
)
_PROPERTY_VALUES = Dimension(_PROPERTY, part="property", kinds=_ON_PAGE, narrows=(Kind.EVENT,))

DIMENSIONS: Mapping[str, Dimension] = MappingProxyType({dimension.name: dimension for dimension in _DIMENSIONS})


def dimension_of(name: str, property_key: str = "", *, for_filter: bool = False) -> Dimension:
    """``country``, or ``property.plan``: the values of the property ``plan``. Raises ``UnknownDimensionError``.

    ``property`` with a ``property_key`` is the same, for keys that cannot be part of a path.
    """
    if property_key and name == _KEYS:
        name = f"{_PROPERTY}{property_key}"
    elif property_key:
        raise UnknownDimensionError(f"a key goes with the dimension {_KEYS}, and with no other")
    if name == GOAL.name and for_filter:
        return GOAL
    if name in DIMENSIONS:
        return DIMENSIONS[name]
    key = name.removeprefix(_PROPERTY)
    if key != name and 0 < len(key) <= MAX_PROP_KEY and "\0" not in key:
        return replace(_PROPERTY_VALUES, name=name, key=key)
    raise UnknownDimensionError(f"unknown dimension; one of {', '.join(DIMENSIONS)}, {_PROPERTY}KEY")


_NAMES = {name: RollupDimension[name.upper()] for name in DIMENSIONS if name.upper() in RollupDimension.__members__}
_WITHOUT_EVENTS = (RollupDimension.EXIT,)
_OF_EVENTS: dict[RollupDimension, tuple[Kind, ...]] = {
    RollupDimension.PAGE: (Kind.PAGEVIEW, Kind.EVENT, Kind.CLICK),
    RollupDimension.EVENT: (Kind.EVENT,),
    RollupDimension.LINK: (Kind.CLICK,),
}


def rollup_dimension(dimension: Dimension) -> RollupDimension | None:
    """None for one that is not counted in advance."""
    return _NAMES.get(dimension.name)


def kinds_of(rolled: RollupDimension) -> tuple[Kind, ...]:
    """What has a value of it; nothing where visits have it."""
    return _OF_EVENTS.get(rolled, ())


def counts_events(rolled: RollupDimension) -> bool:
    """Whether it knows what happened in visits, and not only how they were."""
    return rolled not in _WITHOUT_EVENTS
