from services.api.stats.params import StatsQuery


class GoalsQuery(StatsQuery):
    pass


class FunnelQuery(StatsQuery):
    pass
