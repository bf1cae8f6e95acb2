"""Which dimensions are counted in advance, and where their values stand in the raw rows."""

from common.beacon import Kind
from common.rollups import Rolled
from services.api.reports.compose import value_of as value_of_dimension
from services.api.reports.dimensions import DIMENSIONS, Dimension

_NAMES = {name: Rolled[name.upper()] for name in DIMENSIONS if name.upper() in Rolled.__members__}
_TOTAL = "''"
_WITHOUT_EVENTS = (Rolled.EXIT,)
_OF_EVENTS: dict[Rolled, tuple[Kind, ...]] = {
    Rolled.PAGE: (Kind.PAGEVIEW, Kind.EVENT, Kind.CLICK),
    Rolled.EVENT: (Kind.EVENT,),
    Rolled.LINK: (Kind.CLICK,),
}


def rolled_of(dimension: Dimension) -> Rolled | None:
    """None for one that is not counted in advance."""
    return _NAMES.get(dimension.name)


def kinds_of(rolled: Rolled) -> tuple[Kind, ...]:
    """What has a value of it; nothing where visits have it."""
    return _OF_EVENTS.get(rolled, ())


def counts_events(rolled: Rolled) -> bool:
    """Whether it knows what happened in visits, and not only how they were."""
    return rolled not in _WITHOUT_EVENTS


def value_of(rolled: Rolled) -> str:
    """The expression that reads the value, of visits v, or of events e for what they have."""
    if rolled is Rolled.TOTAL:
        return _TOTAL
    return value_of_dimension(DIMENSIONS[rolled.name.lower()], "e" if kinds_of(rolled) else "v", [])
