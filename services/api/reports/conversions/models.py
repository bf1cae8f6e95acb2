from uuid import UUID

from services.api.funnels.models import FunnelScope, FunnelStepView
from services.api.http.models import ResponseModel
from services.api.reports.models import Report
from services.api.reports.params import FilteredQuery


class GoalConversions(ResponseModel):
    id: UUID
    name: str
    visitors: int
    """Visitors who reached the goal in a visit that started in the period."""
    conversions: int
    """Number of times the goal was reached in the period."""
    conversion_rate: float
    """Percent of all visitors of the selection, 0 to 100."""


class GoalReport(Report):
    visitors: int
    """All visitors of the selection."""
    goals: tuple[GoalConversions, ...]
    """By name."""


class StepConversions(FunnelStepView):
    visitors: int
    """Visitors who reached this step."""
    dropped: int
    """Visitors who reached the previous step (for the first step: all visitors) and not this one."""
    rate_of_previous: float
    """Percent of the visitors of the previous step; for the first step, of all visitors of the selection."""
    rate_of_first: float
    """Percent of the visitors of the first step."""


class FunnelReport(Report):
    id: UUID
    name: str
    within: FunnelScope
    visitors: int
    """All visitors of the selection."""
    steps: tuple[StepConversions, ...]
    conversion_rate: float
    """Percent of the visitors of the first step who also reached the last."""


class GoalConversionsQuery(FilteredQuery):
    pass


class FunnelConversionsQuery(FilteredQuery):
    pass
