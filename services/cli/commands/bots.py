"""`pyuniqvisit bots …`."""

from typing import Any

import click

from services.cli.client import Client, route
from services.cli.client.days import Asked, with_days
from services.cli.client.options import with_client
from services.cli.show.output import Column, output_option, show_rows
from services.cli.show.text import cell
from services.cli.show.waiting import Waiting

_POLL_SECONDS = 1.0
_COUNTS = (
    Column("visits", "Visits", is_number=True),
    Column("pageviews", "Pageviews", is_number=True),
    Column("counted_as_human", "Counted as human", is_number=True),
    Column("last_seen", "Last seen"),
)
_LISTS = {
    "rules": (Column("rule", "Rule"), Column("description", "Which"), *_COUNTS),
    "names": (Column("name", "Name"), *_COUNTS),
    "user_agents": (Column("user_agent", "User agent"), Column("rule", "Rule"), *_COUNTS),
    "networks": (Column("network", "Network"), Column("country", "Country"), *_COUNTS),
}
_OVERRIDES = (
    Column("id", "Id"),
    Column("kind", "Kind"),
    Column("value", "Value"),
    Column("action", "Action"),
    Column("created_by", "By"),
)
_KINDS = (
    click.option("--user-agent", metavar="TEXT", help="A user agent, all of it; * stands for any text."),
    click.option("--network", metavar="CIDR", help="A network, like 203.0.113.0/24."),
    click.option("--rule", metavar="RULE", help="A rule, as `bots show` names it."),
)


@click.group("bots")
def bots_command() -> None:
    """What was filtered as bots, by which rule; letting them in again, and blocking others.

    \b
    Examples:
      pyuniqvisit bots show shop --by user_agents
      pyuniqvisit bots allow shop --user-agent "*our-monitor/*"
      pyuniqvisit bots block shop --network 203.0.113.0/24
    """


@bots_command.command("show")
@click.argument("site")
@click.option("--by", type=click.Choice(list(_LISTS)), default="rules", show_default=True, help="What the rows are.")
@with_days
@output_option
@with_client
def show_bots(client: Client, site: str, by: str, asked: Asked, output: str) -> None:
    """Show what was filtered on SITE."""
    answer = client.get(route("sites", site, "bots"), asked)
    if output == "table":
        visits, share, people = answer["bots"]["visits"], answer["bots"]["share"], answer["human"]["visits"]
        click.echo(f"{cell(visits)} visits of bots, {share}% of all; {cell(people)} of people")
    show_rows(output, answer, _LISTS[by], answer[by], f"nothing was filtered on {site}")


@bots_command.command("overrides")
@click.argument("site")
@output_option
@with_client
def list_overrides(client: Client, site: str, output: str) -> None:
    """List who is let in or blocked on SITE, whatever the rules say."""
    answer = client.get(route("sites", site, "bots", "overrides"))
    show_rows(output, answer, _OVERRIDES, answer["overrides"], f"{site} leaves it to the rules")


def _kinds(command: Any) -> Any:
    for option in _KINDS:
        command = option(command)
    return click.option("--no-wait", is_flag=True, help="Do not wait until the past is counted again.")(command)


@bots_command.command("allow")
@click.argument("site")
@_kinds
@with_client
def allow(client: Client, site: str, no_wait: bool, **given: str | None) -> None:
    """Count a rule's, a network's or a user agent's visits to SITE as people's, in the past, too."""
    _override(client, site, "allow", given, no_wait=no_wait)


@bots_command.command("block")
@click.argument("site")
@_kinds
@with_client
def block(client: Client, site: str, no_wait: bool, **given: str | None) -> None:
    """Count a rule's, a network's or a user agent's visits to SITE as bots', in the past, too."""
    _override(client, site, "block", given, no_wait=no_wait)


@bots_command.command("delete-override")
@click.argument("site")
@click.argument("override")
@click.option("--no-wait", is_flag=True, help="Do not wait until the past is counted again.")
@with_client
def delete_override(client: Client, site: str, override: str, no_wait: bool) -> None:
    """Take the OVERRIDE with this id back: what the rules said counts again."""
    client.call("DELETE", route("sites", site, "bots", "overrides", override))
    if not no_wait:
        _wait(client, site)


@bots_command.command("recount")
@click.argument("site")
@click.option("--no-wait", is_flag=True, help="Do not wait until it is done.")
@with_client
def recount(client: Client, site: str, no_wait: bool) -> None:
    """Judge and count all visits to SITE again, as after an import."""
    client.call("POST", route("sites", site, "bots", "recount"))
    if not no_wait:
        _wait(client, site)


def _override(client: Client, site: str, action: str, given: dict[str, str | None], *, no_wait: bool) -> None:
    named = [(kind, value) for kind, value in given.items() if value is not None]
    if len(named) != 1:
        raise click.UsageError("give one of --rule, --network and --user-agent")
    (kind, value) = named[0]
    wanted = {"kind": kind, "value": value, "action": action}
    made = client.call("POST", route("sites", site, "bots", "overrides"), wanted)["override"]
    click.echo(f"{cell(made['value'])} counts as a {'human' if action == 'allow' else 'bot'} on {site}")
    if not no_wait:
        _wait(client, site)


def _wait(client: Client, site: str) -> None:
    """Until the worker is done. Ctrl-C ends the waiting, and nothing else."""
    shown, waiting = None, Waiting()
    while True:
        state = client.get(route("sites", site, "bots", "recount"))
        if not state["running"]:
            seen, changed = state["visits_seen"], state["visits_changed"]
            click.echo(f"{site}: {cell(seen)} visits counted again, {cell(changed)} changed")
            return
        if state["progress"] != shown:
            shown = state["progress"]
            click.echo(f"{site}: {round(shown)}% counted again")
        waiting.pause(_POLL_SECONDS, state)
