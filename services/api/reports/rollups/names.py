"""Which dimensions are counted in advance, and where their values stand in the raw rows."""

from common.beacon import Kind
from common.rollups import RollupDimension
from services.api.reports.compose import value_of as value_of_dimension
from services.api.reports.dimensions import DIMENSIONS, Dimension

_NAMES = {name: RollupDimension[name.upper()] for name in DIMENSIONS if name.upper() in RollupDimension.__members__}
_TOTAL = "''"
_WITHOUT_EVENTS = (RollupDimension.EXIT,)
_OF_EVENTS: dict[RollupDimension, tuple[Kind, ...]] = {
    RollupDimension.PAGE: (Kind.PAGEVIEW, Kind.EVENT, Kind.CLICK),
    RollupDimension.EVENT: (Kind.EVENT,),
    RollupDimension.LINK: (Kind.CLICK,),
}


def rolled_of(dimension: Dimension) -> RollupDimension | None:
    """None for one that is not counted in advance."""
    return _NAMES.get(dimension.name)


def kinds_of(rolled: RollupDimension) -> tuple[Kind, ...]:
    """What has a value of it; nothing where visits have it."""
    return _OF_EVENTS.get(rolled, ())


def counts_events(rolled: RollupDimension) -> bool:
    """Whether it knows what happened in visits, and not only how they were."""
    return rolled not in _WITHOUT_EVENTS


def value_of(rolled: RollupDimension) -> str:
    """The expression that reads the value, of visits v, or of events e for what they have."""
    if rolled is RollupDimension.TOTAL:
        return _TOTAL
    return value_of_dimension(DIMENSIONS[rolled.name.lower()], "e" if kinds_of(rolled) else "v", [])
