from services.api.reports.cohorts.models import RetentionInterval
from services.api.reports.params import PeriodQuery


class RetentionQuery(PeriodQuery):
    interval: RetentionInterval = RetentionInterval.WEEK
    """With `week`, the period begins with the Monday of its first week."""
