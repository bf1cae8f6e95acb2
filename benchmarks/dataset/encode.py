"""Encodes a day's columns as rows of the database."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt

from benchmarks.dataset.copying import piece, rows
from benchmarks.dataset.draws import Integers
from benchmarks.dataset.tables import ValueTables
from benchmarks.dataset.traffic import GeneratedEvents, GeneratedVisits
from benchmarks.dataset.visitors import Identity, identify
from common.visits import VISIT_COLUMNS as STORED_COLUMNS

_FIXED_COLUMNS = (
    "shard", "site_id", "visitor_id", "started_at", "ended_at", "pageviews", "events", "engaged_ms", "screen_width",
)  # fmt: skip
_PIECES = (
    ("bot_reason",), ("bot_verdict",), ("network",),
    ("user_agent", "browser", "browser_version", "os", "os_version", "device"),
    ("hostname",), ("entry_page",), ("exit_page",),
    ("referrer", "source", "channel", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"),
    ("country", "region", "city"), ("screen",), ("language",),
)  # fmt: skip
"""The columns of each piece of a visit."""
_MADE_UP = (*_FIXED_COLUMNS, *chain.from_iterable(_PIECES))
_EMPTY = tuple(column for column in STORED_COLUMNS if column not in _MADE_UP)
"""Dimensions that this dataset has no values of."""
VISIT_COLUMNS = (*_MADE_UP, *_EMPTY)
EVENT_COLUMNS = (
    "shard", "site_id", "ts", "id", "visit_started_at", "visitor_id", "kind", "is_bot", "engaged_ms", "scroll",
    "hostname", "path", "name", "props",
)  # fmt: skip
VISITOR_COLUMNS = ("shard", "site_id", "visitor_id", "first_visit", "last_visit")


@dataclass(frozen=True, slots=True)
class Encoder:
    """Encodes the rows of one site in one install."""

    tables: ValueTables
    names: npt.NDArray[np.object_]
    site_id: int
    shards: int
    seed: int

    @classmethod
    def of(cls, tables: ValueTables, site_id: int, shards: int, seed: int) -> "Encoder":
        names = np.concatenate([tables.nothing, tables.events.pieces, tables.links.pieces])
        return cls(tables, names, site_id, shards, seed)

    def visits(self, visits: GeneratedVisits) -> Iterator[bytes]:
        who, tables, count = self._who(visits.visitor), self.tables, len(visits.visitor)
        fixed = {
            "shard": ("i2", who.shards),
            "site_id": ("i4", self._sites(count)),
            "visitor_id": ("uuid", who.ids),
            "started_at": ("time", visits.started_at),
            "ended_at": ("time", visits.ended_at),
            "pageviews": ("i4", visits.pageviews),
            "events": ("i4", visits.events),
            "engaged_ms": ("i8", visits.engaged_ms),
            "screen_width": ("i2", tables.widths[visits.screen]),
        }
        pieces = (
            (tables.bots, visits.bot),
            (tables.bots, visits.bot),
            (tables.networks, visits.network),
            (tables.agents, visits.agent),
            (tables.hosts.pieces, visits.host),
            (tables.paths, visits.entry),
            (tables.paths, visits.exit),
            (tables.origins.pieces, visits.origin),
            (tables.places.pieces, visits.place),
            (tables.screens, visits.screen),
            (tables.languages, visits.language),
            (piece([("",) * len(_EMPTY)]), np.zeros(count, dtype=np.int64)),
        )
        return rows(count, fixed, pieces, len(VISIT_COLUMNS))

    def events(self, events: GeneratedEvents, visits: GeneratedVisits, day: int) -> Iterator[bytes]:
        who, count = self._who(visits.visitor), len(events.ts)
        fixed = {
            "shard": ("i2", who.shards[events.visit]),
            "site_id": ("i4", self._sites(count)),
            "ts": ("time", events.ts),
            "id": ("uuid", self._ids(events.ts, day)),
            "visit_started_at": ("time", visits.started_at[events.visit]),
            "visitor_id": ("uuid", who.ids[events.visit]),
            "kind": ("i2", events.kind),
            "is_bot": ("bool", visits.bot[events.visit] > 0),
            "engaged_ms": ("i4", events.engaged_ms),
            "scroll": ("i2", events.scroll),
        }
        pieces = (
            (self.tables.hosts.pieces, visits.host[events.visit]),
            (self.tables.paths, events.path),
            (self.names, events.name),
        )
        return rows(count, fixed, pieces, len(EVENT_COLUMNS))

    def visitors(self, first: int, first_visits: Integers, last_visits: Integers) -> Iterator[bytes]:
        """``first``: the number of the first of these visitors."""
        count = len(first_visits)
        who = self._who(np.arange(first, first + count))
        order = np.argsort(who.shards, kind="stable")
        fixed = {
            "shard": ("i2", who.shards[order]),
            "site_id": ("i4", self._sites(count)),
            "visitor_id": ("uuid", who.ids[order]),
            "first_visit": ("time", first_visits[order]),
            "last_visit": ("time", last_visits[order]),
        }
        return rows(count, fixed, (), len(VISITOR_COLUMNS))

    def _who(self, visitors: Integers) -> Identity:
        return identify(visitors, self.seed, self.shards)

    def _sites(self, count: int) -> Integers:
        return np.full(count, self.site_id, dtype=np.int64)

    def _ids(self, ts: Integers, day: int) -> npt.NDArray[np.uint64]:
        """UUIDs of version 7."""
        random = np.random.default_rng([self.seed, 3, self.site_id, day]).integers(0, 1 << 62, (2, len(ts)), np.uint64)
        moment = ts.astype(np.uint64) << np.uint64(16)
        first = moment | np.uint64(0x7000) | (random[0] & np.uint64(0xFFF))
        return np.stack([first, random[1] | np.uint64(1 << 63)], axis=1)
