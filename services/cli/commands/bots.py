"""`pyuniqvisit bots …`."""

from typing import Any

import click

from services.cli.client import ApiClient, api_path
from services.cli.client.options import QueryParameters, period_options, with_client
from services.cli.output.formats import TableColumn, output_option, show_rows
from services.cli.output.progress import WorkerWait
from services.cli.output.values import cell

_POLL_SECONDS = 1.0
_COUNT_COLUMNS = (
    TableColumn("visits", "Visits", is_number=True),
    TableColumn("pageviews", "Page views", is_number=True),
    TableColumn("counted_as_human", "Counted as human", is_number=True),
    TableColumn("last_seen", "Last seen"),
)
_BREAKDOWN_COLUMNS = {
    "rules": (TableColumn("rule", "Rule"), TableColumn("description", "Description"), *_COUNT_COLUMNS),
    "names": (TableColumn("name", "Name"), *_COUNT_COLUMNS),
    "user_agents": (TableColumn("user_agent", "User agent"), TableColumn("rule", "Rule"), *_COUNT_COLUMNS),
    "networks": (TableColumn("network", "Network"), TableColumn("country", "Country"), *_COUNT_COLUMNS),
}
_OVERRIDE_COLUMNS = (
    TableColumn("id", "ID"),
    TableColumn("kind", "Kind"),
    TableColumn("value", "Value"),
    TableColumn("action", "Action"),
    TableColumn("created_by", "Created by"),
)
_TARGET_OPTIONS = (
    click.option("--user-agent", metavar="TEXT", help="Complete user agent; * matches any text."),
    click.option("--network", metavar="CIDR", help="Network, like 203.0.113.0/24."),
    click.option("--rule", metavar="RULE", help="Rule, as `bots show` lists it."),
)


@click.group("bots")
def bots_command() -> None:
    """Show filtered bots, and allow or block visitors.

    \b
    Examples:
      pyuniqvisit bots show shop --by user_agents
      pyuniqvisit bots allow shop --user-agent "*our-monitor/*"
      pyuniqvisit bots block shop --network 203.0.113.0/24
    """


@bots_command.command("show")
@click.argument("site")
@click.option(
    "--by",
    type=click.Choice(list(_BREAKDOWN_COLUMNS)),
    default="rules",
    show_default=True,
    help="Dimension of the rows.",
)
@period_options
@output_option
@with_client
def show_bots(client: ApiClient, site: str, by: str, period: QueryParameters, output: str) -> None:
    """Show the bots that were filtered on SITE."""
    response = client.get(api_path("sites", site, "bots"), period)
    if output == "table":
        visits, share, human_visits = (
            response["bots"]["visits"],
            response["bots"]["share"],
            response["human"]["visits"],
        )
        click.echo(f"{cell(visits)} visits by bots ({share}%), {cell(human_visits)} by humans")
    show_rows(output, response, _BREAKDOWN_COLUMNS[by], response[by], f"No bots filtered on {site}")


@bots_command.command("overrides")
@click.argument("site")
@output_option
@with_client
def list_overrides(client: ApiClient, site: str, output: str) -> None:
    """List the overrides of SITE."""
    response = client.get(api_path("sites", site, "bots", "overrides"))
    show_rows(output, response, _OVERRIDE_COLUMNS, response["overrides"], f"No overrides for {site}")


def _target_options(command: Any) -> Any:
    for option in _TARGET_OPTIONS:
        command = option(command)
    return click.option("--no-wait", is_flag=True, help="Do not wait until past visits are reclassified.")(command)


@bots_command.command("allow")
@click.argument("site")
@_target_options
@with_client
def allow(client: ApiClient, site: str, no_wait: bool, **given: str | None) -> None:
    """Allow a rule, a network or a user agent on SITE.

    Its visits count as human, including past ones.
    """
    _override(client, site, "allow", given, no_wait=no_wait)


@bots_command.command("block")
@click.argument("site")
@_target_options
@with_client
def block(client: ApiClient, site: str, no_wait: bool, **given: str | None) -> None:
    """Block a rule, a network or a user agent on SITE.

    Its visits count as bots, including past ones.
    """
    _override(client, site, "block", given, no_wait=no_wait)


@bots_command.command("delete-override")
@click.argument("site")
@click.argument("override")
@click.option("--no-wait", is_flag=True, help="Do not wait until past visits are reclassified.")
@with_client
def delete_override(client: ApiClient, site: str, override: str, no_wait: bool) -> None:
    """Delete an override, so that the bot rules apply again.

    OVERRIDE is the ID from `bots overrides`.
    """
    client.call("DELETE", api_path("sites", site, "bots", "overrides", override))
    if not no_wait:
        _wait_for_recount(client, site)


@bots_command.command("recount")
@click.argument("site")
@click.option("--no-wait", is_flag=True, help="Do not wait for the worker.")
@with_client
def recount(client: ApiClient, site: str, no_wait: bool) -> None:
    """Reclassify all visits to SITE, for example after an import."""
    client.call("POST", api_path("sites", site, "bots", "recount"))
    if not no_wait:
        _wait_for_recount(client, site)


def _override(client: ApiClient, site: str, action: str, given: dict[str, str | None], *, no_wait: bool) -> None:
    targets = [(kind, value) for kind, value in given.items() if value is not None]
    if len(targets) != 1:
        raise click.UsageError("Use exactly one of --rule, --network and --user-agent.")
    [(kind, value)] = targets
    override = {"kind": kind, "value": value, "action": action}
    created = client.call("POST", api_path("sites", site, "bots", "overrides"), override)["override"]
    click.echo(f"{'Allowed' if action == 'allow' else 'Blocked'} {cell(created['value'])} on {site}")
    if not no_wait:
        _wait_for_recount(client, site)


def _wait_for_recount(client: ApiClient, site: str) -> None:
    """Wait for the worker and print the progress. Ctrl-C stops the waiting, not the worker."""
    shown, wait = None, WorkerWait()
    while True:
        state = client.get(api_path("sites", site, "bots", "recount"))
        if not state["running"]:
            seen, changed = state["visits_seen"], state["visits_changed"]
            click.echo(f"{site}: {cell(seen)} visits checked, {cell(changed)} reclassified")
            return
        if state["progress"] != shown:
            shown = state["progress"]
            click.echo(f"{site}: reclassifying, {round(shown)}%")
        wait.pause(_POLL_SECONDS, state)
