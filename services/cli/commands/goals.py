"""`pyuniqvisit goals …`."""

import click

from services.cli.client import ApiClient, api_path
from services.cli.client.options import QueryParameters, filter_option, period_options, with_client
from services.cli.commands.goal_targets import find_id, format_target, parse_properties
from services.cli.output.formats import TableColumn, output_option, show_rows
from services.cli.output.values import cell

_LIST_COLUMNS = (
    TableColumn("name", "Name"),
    TableColumn("page", "Page"),
    TableColumn("event", "Event"),
    TableColumn("properties", "Properties"),
)
_REPORT_COLUMNS = (
    TableColumn("name", "Goal"),
    TableColumn("visitors", "Visitors", is_number=True),
    TableColumn("conversions", "Conversions", is_number=True),
    TableColumn("conversion_rate", "Conversion rate", lambda rate: f"{cell(rate)}%", is_number=True),
)


@click.group("goals")
def goals_command() -> None:
    """Manage goals: pages or events that count as conversions.

    \b
    Examples:
      pyuniqvisit goals create shop "Signed up" --event signup --property plan=pro
      pyuniqvisit goals create shop "Read the blog" --page "/blog/*"
      pyuniqvisit goals stats shop --period 7d
    """


@goals_command.command("list")
@click.argument("site")
@output_option
@with_client
def list_goals(client: ApiClient, site: str, output: str) -> None:
    """List the goals of SITE."""
    response = client.get(api_path("sites", site, "goals"))
    show_rows(output, response, _LIST_COLUMNS, response["goals"], f"No goals for {site} yet")


@goals_command.command("create")
@click.argument("site")
@click.argument("name")
@click.option("--page", metavar="PATH", help="Path of the page; * matches any text, like '/blog/*'.")
@click.option("--event", metavar="EVENT", help="Name of the custom event.")
@click.option("--property", "properties", multiple=True, metavar="KEY=VALUE", help="Required property; repeatable.")
@with_client
def create_goal(
    client: ApiClient, site: str, name: str, page: str | None, event: str | None, properties: tuple[str, ...]
) -> None:
    """Create the goal NAME of SITE, which also counts past visits."""
    if (page is None) == (event is None):
        raise click.UsageError("Use either --page or --event.")
    goal = {"name": name, "properties": parse_properties(properties)}
    created = client.call(
        "POST", api_path("sites", site, "goals"), goal | ({"page": page} if page else {"event": event})
    )
    click.echo(f"Created goal {cell(created['name'])}: {cell(format_target(created))}")


@goals_command.command("delete")
@click.argument("site")
@click.argument("name")
@with_client
def delete_goal(client: ApiClient, site: str, name: str) -> None:
    """Delete the goal NAME of SITE; recorded data remains."""
    client.call("DELETE", api_path("sites", site, "goals", find_id(client, site, "goals", name)))
    click.echo(f"Deleted goal {cell(name)}")


@goals_command.command("stats")
@click.argument("site")
@period_options
@filter_option
@output_option
@with_client
def show_goal_report(
    client: ApiClient, site: str, period: QueryParameters, filters: QueryParameters, output: str
) -> None:
    """Show the visitors and conversions of each goal of SITE."""
    response = client.get(api_path("sites", site, "stats", "goals"), period + filters)
    show_rows(output, response, _REPORT_COLUMNS, response["goals"], f"No goals for {site} yet")
