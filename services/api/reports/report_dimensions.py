"""Dimensions: by what reports can be broken down and filtered, and which of them have rollups."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from common.beacon import MAX_PROP_KEY, Kind
from common.dimensions import VISIT_DIMENSIONS, VisitDimension
from common.rollups import RollupDimension
from services.api.http.errors import ApiError

_PROPERTY = "property."
_KEYS = "property"


class UnknownDimensionError(ApiError):
    """There is no such dimension."""


@dataclass(frozen=True, slots=True)
class Dimension:
    """Where the values of a dimension are. Without ``kinds`` it belongs to visits, with them to events."""

    name: str
    of_visit: VisitDimension | None = None
    """None for dimensions of events."""
    part: str = ""
    """Name of the SQL fragment that reads the value of an event."""
    column: str = ""
    key: str = ""
    """Key of a property, the only field that a caller can choose freely."""
    kinds: tuple[Kind, ...] = ()
    """Kinds of events that have a value."""
    narrows: tuple[Kind, ...] = ()
    """Kinds of events that a filter restricts to those with the value."""
    counted: tuple[Kind, ...] = ()
    """Kinds of events that a breakdown counts, if more than ``kinds``."""
    filterable: bool = True
    has_entries: bool = False
    """Whether visits can start with a value (an entry page)."""

    @property
    def counts(self) -> tuple[Kind, ...]:
        return self.counted or self.kinds

    @property
    def has_activity(self) -> bool:
        """Whether a breakdown counts events too. It does not for what is known only when a visit ends."""
        return self.of_visit is None or self.of_visit.source is not None


_ON_PAGE = (Kind.PAGEVIEW, Kind.EVENT, Kind.CLICK)
_OF_PAGE = (*_ON_PAGE, Kind.LEAVE)

GOAL = Dimension("goal", kinds=(Kind.PAGEVIEW, Kind.EVENT))
"""Only for filters; `stats/goals` breaks down by goal."""

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
    """Return a dimension by name: ``country``, or ``property.plan`` for a property. Raises ``UnknownDimensionError``.

    ``property`` with a ``property_key`` is equivalent, for keys that cannot be part of a path.
    """
    if property_key and name == _KEYS:
        name = f"{_PROPERTY}{property_key}"
    elif property_key:
        raise UnknownDimensionError(f"property_key is only valid with the dimension {_KEYS}")
    if name == GOAL.name and for_filter:
        return GOAL
    if name in DIMENSIONS:
        return DIMENSIONS[name]
    key = name.removeprefix(_PROPERTY)
    if key != name and 0 < len(key) <= MAX_PROP_KEY and "\0" not in key:
        return replace(_PROPERTY_VALUES, name=name, key=key)
    raise UnknownDimensionError(f"unknown dimension; use one of {', '.join(DIMENSIONS)}, {_PROPERTY}KEY")


_NAMES = {name: RollupDimension[name.upper()] for name in DIMENSIONS if name.upper() in RollupDimension.__members__}
_WITHOUT_EVENTS = (RollupDimension.EXIT,)
_OF_EVENTS: dict[RollupDimension, tuple[Kind, ...]] = {
    RollupDimension.PAGE: (Kind.PAGEVIEW, Kind.EVENT, Kind.CLICK),
    RollupDimension.EVENT: (Kind.EVENT,),
    RollupDimension.LINK: (Kind.CLICK,),
}


def rollup_dimension(dimension: Dimension) -> RollupDimension | None:
    """Return the dimension of rollups, or None for a dimension without rollups."""
    return _NAMES.get(dimension.name)


def kinds_of(rolled: RollupDimension) -> tuple[Kind, ...]:
    """Return the kinds of events that have a value; empty for dimensions of visits."""
    return _OF_EVENTS.get(rolled, ())


def counts_events(rolled: RollupDimension) -> bool:
    """Whether its rollups count events, and not only visits."""
    return rolled not in _WITHOUT_EVENTS
