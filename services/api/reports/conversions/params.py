from services.api.reports.params import StatsQuery


class GoalsQuery(StatsQuery):
    pass


class FunnelQuery(StatsQuery):
    pass
