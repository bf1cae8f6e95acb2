"""`pyuniqvisit funnels …`."""

import click

from services.cli.client import Client, route
from services.cli.client.days import Asked, with_days, with_filters
from services.cli.client.options import with_client
from services.cli.commands.targets import described, id_of, step_of
from services.cli.show.output import Column, output_option, show_rows
from services.cli.show.text import cell

_COLUMNS = (
    Column("name", "Name"),
    Column("within", "Within"),
    Column("steps", "Steps", lambda steps: cell([described(step) for step in steps])),
)


def _percent(rate: float) -> str:
    return f"{cell(rate)}%"


_NUMBERS = (
    Column("step", "Step"),
    Column("visitors", "Visitors", is_number=True),
    Column("dropped", "Dropped", is_number=True),
    Column("rate_of_previous", "Of previous", _percent, is_number=True),
    Column("rate_of_first", "Of first", _percent, is_number=True),
)


@click.group("funnels")
def funnels_command() -> None:
    """Steps that visitors should take one after another, and how many do.

    \b
    Example:
      pyuniqvisit funnels create shop "Way to buy" / "/prices*" event:basket "goal:Signed up"
      pyuniqvisit funnels stats shop "Way to buy"
    """


@funnels_command.command("list")
@click.argument("site")
@output_option
@with_client
def list_funnels(client: Client, site: str, output: str) -> None:
    """List the funnels of SITE."""
    answer = client.get(route("sites", site, "funnels"))
    show_rows(output, answer, _COLUMNS, answer["funnels"], f"{site} has no funnels yet")


@funnels_command.command("create")
@click.argument("site")
@click.argument("name")
@click.argument("steps", nargs=-1, required=True, metavar="STEP STEP …")
@click.option(
    "--within",
    type=click.Choice(["period", "visit"]),
    default="period",
    show_default=True,
    help="Whether all steps must be taken in one visit.",
)
@with_client
def create_funnel(client: Client, site: str, name: str, steps: tuple[str, ...], within: str) -> None:
    """Make the funnel NAME of SITE, of two to eight steps: /path (with * for any text), event:NAME or goal:NAME."""
    wanted = {"name": name, "within": within, "steps": [step_of(step) for step in steps]}
    made = client.call("POST", route("sites", site, "funnels"), wanted)
    click.echo(f"{cell(made['name'])}: {cell([described(step) for step in made['steps']])}")


@funnels_command.command("delete")
@click.argument("site")
@click.argument("name")
@with_client
def delete_funnel(client: Client, site: str, name: str) -> None:
    """Delete the funnel NAME of SITE. What was recorded stays."""
    client.call("DELETE", route("sites", site, "funnels", id_of(client, site, "funnels", name)))
    click.echo(f"{cell(name)} is no funnel any more")


@funnels_command.command("stats")
@click.argument("site")
@click.argument("name")
@with_days
@with_filters
@output_option
@with_client
def funnel_numbers(client: Client, site: str, name: str, asked: Asked, filters: Asked, output: str) -> None:
    """Show how many visitors of SITE took each step of the funnel NAME."""
    number = id_of(client, site, "funnels", name)
    answer = client.get(route("sites", site, "stats", "funnels", number), asked + filters)
    rows = [{**step, "step": described(step)} for step in answer["steps"]]
    show_rows(output, answer, _NUMBERS, rows, "nothing was counted")
