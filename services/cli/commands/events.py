"""`pyuniqvisit events …`."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import click

from services.cli.client import ApiClient
from services.cli.client.options import with_client
from services.cli.errors import CliError
from services.cli.import_log.ids import LineIds
from services.cli.import_log.run import batches

_BATCH_EVENTS = 1_000
"""Maximum number of events in one request."""


@click.group("events")
def events_command() -> None:
    """Send events from your own server.

    \b
    Example:
      pyuniqvisit events send shop orders.jsonl
    """


@events_command.command("send")
@click.argument("site")
@click.argument("file", type=click.File(encoding="utf-8"), default="-")
@with_client
def send_events(client: ApiClient, site: str, file: Any) -> None:
    """Send the events in FILE, or standard input, to SITE; each line is a JSON object.

    Required: `url` and `ip`, the visitor's address. Optional: `time` (epoch milliseconds, default now), `kind`
    (pageview, event or click), `user_agent`, `referrer`, `language`, `visitor` (value of the cookie `_uv`),
    `opted_out` (true if the browser sent Sec-GPC or DNT), `name`, `props`, `id`.

    Lines with a `time` are safe to repeat: they are not counted twice. An API key (PYUNIQVISIT_CLI__API_KEY) needs the
    scope write:events.

    \b
    Example of a line:
      {"url": "https://shop.example/thanks", "ip": "203.0.113.7", "kind": "event", "name": "order"}
    """
    ids = LineIds(site)
    accepted = sent = rejected = 0
    for batch in batches(_read_events(file, ids), _BATCH_EVENTS):
        response = client.call("POST", "/events", {"site": site, "events": [event for _, event in batch]})
        sent += len(batch)
        accepted += response["accepted"]
        for each in response["rejected"]:
            rejected += 1
            click.echo(f"line {batch[each['index']][0]}: {each['reason']}", err=True)
    click.echo(f"{accepted:,} of {sent:,} events accepted")
    if rejected:
        raise CliError(f"{rejected:,} of {sent:,} events rejected; correct these lines and send them again")


def read_event(line: str, number: int, ids: LineIds) -> tuple[int, dict[str, Any]]:
    """Return the line's number and its event, with an id if it has a time. Raises ``CliError``."""
    try:
        event = json.loads(line)
    except ValueError as error:
        raise CliError(f"line {number}: not JSON: {error}") from None
    if not isinstance(event, dict):
        raise CliError(f"line {number}: not a JSON object")
    if isinstance(event.get("time"), int) and "id" not in event:
        event["id"] = ids.next(line.strip().encode(), event["time"])
    return number, event


def _read_events(file: Iterable[str], ids: LineIds) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(file, 1):
        if line.strip():
            yield read_event(line, number, ids)
