"""The import of log files from start to end."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from services.cli.import_log.api_client import BATCH_EVENTS, ImportApi
from services.cli.import_log.events import LineCounts, LoggedPageView, events_of, origin_of
from services.cli.import_log.ids import LineIds
from services.cli.import_log.log_files import oldest_first, open_log, read_lines
from services.cli.import_log.order import sorted_by_time

Item = TypeVar("Item")


async def import_logs(
    api: ImportApi, site: str, names: Sequence[str], url: str | None, advance: Callable[[int], None], counts: LineCounts
) -> None:
    """Send the page views of the files to a site and count every line in ``counts``. Raises ``CliError``."""
    origin = origin_of(url or await api.site_url(site))
    events = sorted_by_time(_events(site, oldest_first(names), origin, advance, counts))
    for batch in batches(events, BATCH_EVENTS):
        result = await api.send(site, batch)
        counts.accepted += result.accepted
        counts.rejected.update(event.reason for event in result.rejected)


def _events(
    site: str, names: Iterable[str], origin: str, advance: Callable[[int], None], counts: LineCounts
) -> Iterator[LoggedPageView]:
    for name in names:
        with open_log(name) as stream:
            yield from events_of(read_lines(stream, name, advance), LineIds(site), origin, counts)


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Split items into lists of ``size``; the last one can be shorter."""
    batch: list[Item] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
