"""Adding the accounts up."""

from collections.abc import Collection, Iterable

from redis.asyncio import Redis
from redis.exceptions import RedisError

from common.clock import Clock, utc
from common.outcomes import BACKLOG, DEAD, READ, STORED, drop_reason
from common.streams.spool_status import published_spool_statuses
from services.api.accounts.auth.models import Caller
from services.api.operations.accounting.errors import StreamsAskedInVainError
from services.api.operations.accounting.ledger import Ledger, Ledgers
from services.api.operations.accounting.models import Account, Accounting, SiteAccount, Spool
from services.api.sites.service import SiteService


class AccountingService:
    def __init__(self, ledgers: Ledgers, redis: "Redis", sites: SiteService, clock: Clock) -> None:
        self._ledgers = ledgers
        self._redis = redis
        self._sites = sites
        self._clock = clock

    async def account(self, caller: Caller, site: str | None) -> Accounting:
        """Raises ``SiteNotFoundError`` or ``StreamsAskedInVainError``."""
        only = (await self._sites.get(caller, site)).id if site else None
        try:
            told = await published_spool_statuses(self._redis)
            ledger = await self._ledgers.read()
        except (RedisError, OSError) as error:
            raise StreamsAskedInVainError("the streams do not answer; ask again", retry_after=1) from error
        names = await self._ledgers.names()
        found = {site_id for site_id, _ in ledger.counts} if only is None else {only}
        wholes = [(names[site_id], {site_id}) for site_id in sorted(found & names.keys())]
        rest = found - names.keys()
        spools = [
            Spool(collector=name, beacons=each.beacons, bytes=each.bytes, reported_at=utc(each.reported_at))
            for name, each in sorted(told.items())
        ]
        return Accounting(
            as_of=utc(self._clock()),
            total=_total(ledger),
            spooled=sum(spool.beacons for spool in spools),
            spools=tuple(spools),
            sites=tuple(_of_sites(ledger, *each) for each in (*wholes, *([(None, rest)] if rest else ()))),
        )


def _of_sites(ledger: Ledger, name: str | None, ids: Collection[int]) -> SiteAccount:
    own = [(outcome, beacons) for (site_id, outcome), beacons in ledger.counts.items() if site_id in ids]
    accepted = sum(beacons for outcome, beacons in own if outcome in (READ, BACKLOG))
    return SiteAccount(site=name, **dict(_account(accepted, own)))


def _total(ledger: Ledger) -> Account:
    return _account(ledger.accepted, ((outcome, beacons) for (_, outcome), beacons in ledger.counts.items()))


def _account(accepted: int, counts: Iterable[tuple[str, int]]) -> Account:
    stored = dead = backlog = 0
    dropped: dict[str, int] = {}
    for outcome, beacons in counts:
        if outcome == STORED:
            stored += beacons
        elif outcome == DEAD:
            dead += beacons
        elif outcome == BACKLOG:
            backlog += beacons
        elif (reason := drop_reason(outcome)) is not None:
            dropped[reason] = dropped.get(reason, 0) + beacons
    found = stored + dead + backlog + sum(dropped.values())
    return Account(
        accepted=accepted,
        stored=stored,
        dropped=dict(sorted(dropped.items())),
        dead_letters=dead,
        backlog=backlog,
        difference=accepted - found,
    )
