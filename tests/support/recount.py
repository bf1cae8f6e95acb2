"""The expected rollups, counted from the raw rows in the simplest way."""

from collections import defaultdict
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from common.beacon import Kind
from common.rollups import Grain, RollupDimension
from common.rollups.sketch import merge_sketches

_COLUMNS = {
    RollupDimension.ENTRY: "entry_page",
    **{
        d: d.name.lower()
        for d in RollupDimension
        if RollupDimension["HOSTNAME"] <= d <= RollupDimension["LANGUAGE"]
        and d not in (RollupDimension["BROWSER_VERSION"], RollupDimension["OS_VERSION"])
    },
}
_SUMS = ("visits", "bounces", "duration_ms", "pageviews", "events", "clicks", "engaged_ms", "leaves", "scroll")


class Key(NamedTuple):
    dimension: RollupDimension
    grain: Grain
    bucket: date
    value: str


class Numbers(NamedTuple):
    sums: tuple[int, ...]
    visitors: int


async def recounted(pool: Any, site_id: int, timezone: str, *, exits: bool = True) -> dict[Key, Numbers]:
    """Return the numbers counted from visits and events."""
    zone = ZoneInfo(timezone)
    sums: dict[Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    who: dict[Key, set[Any]] = defaultdict(set)

    def keys(dimension: RollupDimension, moment: datetime, value: str) -> list[Key]:
        day = moment.astimezone(zone).date()
        grains = [Grain.DAY] if dimension is RollupDimension.HOUR else list(Grain)
        return [Key(dimension, grain, grain.first_day(day), value) for grain in grains]

    def count(dimension: RollupDimension, moment: datetime, value: str, **more: int) -> None:
        for key in keys(dimension, moment, value):
            for name, number in more.items():
                sums[key][name] += number

    def see(dimension: RollupDimension, moment: datetime, value: str, visitor: Any) -> None:
        for key in keys(dimension, moment, value):
            who[key].add(visitor)

    def hour(moment: datetime) -> str:
        local = moment.astimezone(zone)
        begin = local.replace(minute=0, second=0, microsecond=0)
        return (moment - (local - begin)).astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")

    def of_visit(visit: Any, moment: datetime) -> dict[RollupDimension, str]:
        return {
            RollupDimension.TOTAL: "",
            RollupDimension.HOUR: hour(moment),
            **{dimension: visit[column] for dimension, column in _COLUMNS.items()},
            RollupDimension["BROWSER_VERSION"]: " ".join(filter(None, (visit["browser"], visit["browser_version"]))),
            RollupDimension["OS_VERSION"]: " ".join(filter(None, (visit["os"], visit["os_version"]))),
        }

    visits = {
        (visit["visitor_id"], visit["started_at"]): visit
        for visit in await pool.fetch("select * from visits where site_id = $1 and bot_reason = ''", site_id)
    }
    for (visitor, began), visit in visits.items():
        bounced = visit["pageviews"] <= 1 and visit["events"] == 0
        lasted = round((visit["ended_at"] - began).total_seconds() * 1000)
        more = {"visits": 1, "bounces": int(bounced), "duration_ms": lasted}
        for dimension, value in of_visit(visit, began).items():
            count(dimension, began, value, **more)
            see(dimension, began, value, visitor)
        count(RollupDimension.PAGE, began, visit["entry_page"], **more)
        if exits:
            count(RollupDimension.EXIT, began, visit["exit_page"], **more)
            see(RollupDimension.EXIT, began, visit["exit_page"], visitor)
    for event in await pool.fetch("select * from events where site_id = $1 and not is_bot", site_id):
        kind, at, began = Kind(event["kind"]), event["ts"], event["visit_started_at"]
        more = {
            Kind.PAGEVIEW: {"pageviews": 1},
            Kind.EVENT: {"events": 1},
            Kind.CLICK: {"clicks": 1},
            Kind.LEAVE: {"engaged_ms": event["engaged_ms"], "leaves": 1, "scroll": event["scroll"]},
        }[kind]
        for dimension, value in of_visit(visits[event["visitor_id"], began], at).items():
            count(dimension, at, value, **more)
        named = [(RollupDimension.PAGE, event["path"])]
        named += [(dimension, event["name"]) for dimension, of in _NAMED.items() if of is kind]
        for dimension, value in named:
            count(dimension, at, value, **more)
            if kind is not Kind.LEAVE:
                see(dimension, began, value, event["visitor_id"])
    return {
        key: Numbers(tuple(sums[key][name] for name in _SUMS), len(who[key]))
        for key in sums.keys() | who.keys()
        if any(sums[key].values()) or who[key]
    }


_NAMED = {RollupDimension.EVENT: Kind.EVENT, RollupDimension.LINK: Kind.CLICK}


async def rolled_up(pool: Any, site_id: int) -> dict[Key, Numbers]:
    """Return the stored rollups, and check that ``uniques`` of each row is the estimate of its sketch."""
    found = {}
    for row in await pool.fetch("select * from rollups where site_id = $1", site_id):
        key = Key(RollupDimension(row["dimension"]), Grain(row["grain"]), row["bucket"], row["value"])
        assert row["uniques"] == merge_sketches(key.dimension, [row["visitors"]]).estimate, key
        numbers = Numbers(tuple(row[name] for name in _SUMS), row["uniques"])
        if any(numbers.sums) or numbers.visitors:
            found[key] = numbers
    return found
