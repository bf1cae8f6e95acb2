"""`pyuniqvisit rebuild-rollups`."""

from datetime import datetime

import click

from services.cli.client import Client, route
from services.cli.client.options import with_client
from services.cli.show.waiting import Waiting

_POLL_SECONDS = 1.0


@click.command("rebuild-rollups")
@click.option("--site", "names", multiple=True, metavar="SITE", help="Only this site; may be given several times.")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day. Left out: the site's first.")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last day, included. Left out: today.")
@click.option("--no-wait", is_flag=True, help="Do not wait until the worker is done.")
@with_client
def rebuild_rollups_command(
    client: Client, names: tuple[str, ...], first: datetime | None, last: datetime | None, no_wait: bool
) -> None:
    """Count what is counted in advance anew, from the raw rows.

    Nothing is wrong meanwhile, only slower: days that wait for it are read from the raw rows. Corrections
    (erasures, imports, another time zone) have it done by themselves.
    """
    wanted = {name: f"{day:%Y-%m-%d}" for name, day in (("from", first), ("to", last)) if day}
    for site in names or [site["name"] for site in client.get(route("sites"))["sites"]]:
        state = client.call("POST", route("sites", site, "rollups", "rebuild"), wanted)
        click.echo(f"{site}: {state['days_to_rebuild']} days to count anew")
        waiting = Waiting()
        while not no_wait and state["days_to_rebuild"]:
            waiting.pause(_POLL_SECONDS, state["days_to_rebuild"])
            before, state = state, client.get(route("sites", site, "rollups"))
            if state["days_to_rebuild"] != before["days_to_rebuild"]:
                click.echo(f"{site}: {state['days_to_rebuild']} days left")
        if not no_wait:
            click.echo(f"{site}: done")
