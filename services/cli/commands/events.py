"""`pyuniqvisit events …`."""

from typing import Any

import click

from services.cli.client import Client
from services.cli.client.options import with_client
from services.cli.errors import CliError
from services.cli.event_lines import read_event
from services.cli.import_log.ids import LineIds
from services.cli.import_log.run import batches

_BATCH = 1_000
"""Events that one request may hold."""


@click.group("events")
def events_command() -> None:
    """Send what happened from a server of your own.

    \b
    Example:
      pyuniqvisit events send shop orders.jsonl
    """


@events_command.command("send")
@click.argument("site")
@click.argument("file", type=click.File(encoding="utf-8"), default="-")
@with_client
def send_events(client: Client, site: str, file: Any) -> None:
    """Send the events in FILE, or in standard input, to SITE. One JSON object a line.

    Each has `url` and the visitor's `ip`, and may have: `time` (milliseconds since 1970; else: now), `kind` (pageview,
    event, click), `user_agent`, `referrer`, `language`, `visitor` (the cookie `_uv`), `opted_out` (true where the
    browser sent Sec-GPC or DNT), `name`, `props`, `id`.

    Safe to repeat where lines have a `time`: such a line is not counted again.

    With a key in place of a login (PYUNIQVISIT_CLI__API_KEY), its scope must be write:events.

    \b
    Example of a line:
      {"url": "https://shop.example/thanks", "ip": "203.0.113.7", "kind": "event", "name": "order"}
    """
    ids = LineIds(site)
    accepted = sent = refused = 0
    for batch in batches(
        (read_event(line, number, ids) for number, line in enumerate(file, 1) if line.strip()), _BATCH
    ):
        answer = client.call("POST", "/events", {"site": site, "events": [event for _, event in batch]})
        sent += len(batch)
        accepted += answer["accepted"]
        for each in answer["rejected"]:
            refused += 1
            click.echo(f"line {batch[each['index']][0]}: {each['reason']}", err=True)
    click.echo(f"{accepted:,} of {sent:,} events are accepted")
    if refused:
        raise CliError(f"{refused:,} events are refused")
