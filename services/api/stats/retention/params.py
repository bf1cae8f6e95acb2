from services.api.stats.params import PeriodQuery
from services.api.stats.retention.models import RetentionInterval


class RetentionQuery(PeriodQuery):
    interval: RetentionInterval = RetentionInterval.WEEK
    """With `week`, the period begins with the Monday of its first week."""
