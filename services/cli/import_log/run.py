"""An import from beginning to end."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from services.cli.import_log.api import BATCH, Api
from services.cli.import_log.events import ImportEvent, Tally, events_of, origin_of
from services.cli.import_log.files import oldest_first, open_log
from services.cli.import_log.ids import LineIds
from services.cli.import_log.lines import read_lines
from services.cli.import_log.order import in_order

Item = TypeVar("Item")


async def import_logs(
    api: Api, site: str, names: Sequence[str], url: str | None, advance: Callable[[int], None], tally: Tally
) -> None:
    """Sends the page views of the files to the site; ``tally`` is counted up as they go. Raises ``CliError``."""
    origin = origin_of(url or await api.site_url(site))
    events = in_order(_events(site, oldest_first(names), origin, advance, tally))
    for batch in batches(events, BATCH):
        answer = await api.send(site, batch)
        tally.accepted += answer.accepted
        tally.refused.update(refused.reason for refused in answer.rejected)


def _events(
    site: str, names: Iterable[str], origin: str, advance: Callable[[int], None], tally: Tally
) -> Iterator[ImportEvent]:
    for name in names:
        with open_log(name) as stream:
            yield from events_of(read_lines(stream, name, advance), LineIds(site), origin, tally)


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in lists of ``size``; the last one may be shorter."""
    batch: list[Item] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
