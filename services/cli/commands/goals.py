"""`pyuniqvisit goals …`."""

import click

from services.cli.client import Client, route
from services.cli.client.days import Asked, with_days, with_filters
from services.cli.client.options import with_client
from services.cli.commands.targets import described, id_of, properties_of
from services.cli.show.output import Column, output_option, show_rows
from services.cli.show.text import cell

_COLUMNS = (Column("name", "Name"), Column("page", "Page"), Column("event", "Event"), Column("properties", "With"))
_NUMBERS = (
    Column("name", "Goal"),
    Column("visitors", "Visitors", is_number=True),
    Column("conversions", "Conversions", is_number=True),
    Column("conversion_rate", "Conversion rate", lambda rate: f"{cell(rate)}%", is_number=True),
)


@click.group("goals")
def goals_command() -> None:
    """What a site wants of its visitors: to look at a page, or to do something that is an event.

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
def list_goals(client: Client, site: str, output: str) -> None:
    """List the goals of SITE."""
    answer = client.get(route("sites", site, "goals"))
    show_rows(output, answer, _COLUMNS, answer["goals"], f"{site} has no goals yet")


@goals_command.command("create")
@click.argument("site")
@click.argument("name")
@click.option("--page", metavar="PATH", help="The page to look at; * stands for any text, as in '/blog/*'.")
@click.option("--event", metavar="EVENT", help="The custom event to cause.")
@click.option(
    "--property", "properties", multiple=True, metavar="KEY=VALUE", help="What it must have. Can be repeated."
)
@with_client
def create_goal(
    client: Client, site: str, name: str, page: str | None, event: str | None, properties: tuple[str, ...]
) -> None:
    """Make the goal NAME of SITE. It counts for all that was ever recorded."""
    if (page is None) == (event is None):
        raise click.UsageError("give either --page or --event")
    wanted = {"name": name, "properties": properties_of(properties)}
    made = client.call("POST", route("sites", site, "goals"), wanted | ({"page": page} if page else {"event": event}))
    click.echo(f"{cell(made['name'])}: {cell(described(made))}")


@goals_command.command("delete")
@click.argument("site")
@click.argument("name")
@with_client
def delete_goal(client: Client, site: str, name: str) -> None:
    """Delete the goal NAME of SITE. What was recorded stays."""
    client.call("DELETE", route("sites", site, "goals", id_of(client, site, "goals", name)))
    click.echo(f"{cell(name)} is no goal any more")


@goals_command.command("stats")
@click.argument("site")
@with_days
@with_filters
@output_option
@with_client
def goal_numbers(client: Client, site: str, asked: Asked, filters: Asked, output: str) -> None:
    """Show who reached the goals of SITE, and how often."""
    answer = client.get(route("sites", site, "stats", "goals"), asked + filters)
    show_rows(output, answer, _NUMBERS, answer["goals"], f"{site} has no goals yet")
