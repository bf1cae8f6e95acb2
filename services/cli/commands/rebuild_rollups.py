"""`pyuniqvisit rebuild-rollups`."""

from datetime import datetime

import click

from services.cli.client import ApiClient, api_path
from services.cli.client.options import with_client
from services.cli.output.progress import WorkerWait

_POLL_SECONDS = 1.0


@click.command("rebuild-rollups")
@click.option("--site", "names", multiple=True, metavar="SITE", help="Rebuild only this site; repeatable.")
@click.option(
    "--from",
    "first",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="First day, like 2026-11-01.  [default: first day with data]",
)
@click.option(
    "--to", "last", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Last day, inclusive.  [default: today]"
)
@click.option("--no-wait", is_flag=True, help="Do not wait for the worker.")
@with_client
def rebuild_rollups_command(
    client: ApiClient, names: tuple[str, ...], first: datetime | None, last: datetime | None, no_wait: bool
) -> None:
    """Rebuild the rollups of sites from the raw rows (administrators only).

    Reports stay correct, but are slower until the rebuild is done. Erasures, imports and changes of the time zone
    rebuild rollups automatically.
    """
    body = {name: f"{day:%Y-%m-%d}" for name, day in (("from", first), ("to", last)) if day}
    for site in names or [site["name"] for site in client.get(api_path("sites"))["sites"]]:
        state = client.call("POST", api_path("sites", site, "rollups", "rebuild"), body)
        click.echo(f"{site}: {state['days_to_rebuild']} days to rebuild")
        wait = WorkerWait()
        while not no_wait and state["days_to_rebuild"]:
            wait.pause(_POLL_SECONDS, state["days_to_rebuild"])
            before, state = state, client.get(api_path("sites", site, "rollups"))
            if state["days_to_rebuild"] != before["days_to_rebuild"]:
                click.echo(f"{site}: {state['days_to_rebuild']} days left")
        if not no_wait:
            click.echo(f"{site}: rebuilt")
