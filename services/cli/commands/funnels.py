"""`pyuniqvisit funnels …`."""

import click

from services.cli.client import ApiClient, api_path
from services.cli.client.options import QueryParameters, filter_option, period_options, with_client
from services.cli.commands.goal_targets import find_id, format_target, parse_step
from services.cli.output.formats import TableColumn, output_option, show_rows
from services.cli.output.values import cell

_LIST_COLUMNS = (
    TableColumn("name", "Name"),
    TableColumn("within", "Within"),
    TableColumn("steps", "Steps", lambda steps: cell([format_target(step) for step in steps])),
)


def _percent(rate: float) -> str:
    return f"{cell(rate)}%"


_REPORT_COLUMNS = (
    TableColumn("step", "Step"),
    TableColumn("visitors", "Visitors", is_number=True),
    TableColumn("dropped", "Drop-off", is_number=True),
    TableColumn("rate_of_previous", "% of previous", _percent, is_number=True),
    TableColumn("rate_of_first", "% of first", _percent, is_number=True),
)


@click.group("funnels")
def funnels_command() -> None:
    """Manage funnels: steps in a given order, and how many visitors complete them.

    \b
    Example:
      pyuniqvisit funnels create shop Checkout / "/prices*" event:basket "goal:Signed up"
      pyuniqvisit funnels stats shop Checkout
    """


@funnels_command.command("list")
@click.argument("site")
@output_option
@with_client
def list_funnels(client: ApiClient, site: str, output: str) -> None:
    """List the funnels of SITE."""
    response = client.get(api_path("sites", site, "funnels"))
    show_rows(output, response, _LIST_COLUMNS, response["funnels"], f"No funnels for {site} yet")


@funnels_command.command("create")
@click.argument("site")
@click.argument("name")
@click.argument("steps", nargs=-1, required=True, metavar="STEP STEP …")
@click.option(
    "--within",
    type=click.Choice(["period", "visit"]),
    default="period",
    show_default=True,
    help="Period in which a visitor must complete all steps.",
)
@with_client
def create_funnel(client: ApiClient, site: str, name: str, steps: tuple[str, ...], within: str) -> None:
    """Create the funnel NAME of SITE with two to eight steps.

    A step is /path (* matches any text), event:NAME or goal:NAME.
    """
    funnel = {"name": name, "within": within, "steps": [parse_step(step) for step in steps]}
    created = client.call("POST", api_path("sites", site, "funnels"), funnel)
    click.echo(f"Created funnel {cell(created['name'])}: {cell([format_target(step) for step in created['steps']])}")


@funnels_command.command("delete")
@click.argument("site")
@click.argument("name")
@with_client
def delete_funnel(client: ApiClient, site: str, name: str) -> None:
    """Delete the funnel NAME of SITE; recorded data remains."""
    client.call("DELETE", api_path("sites", site, "funnels", find_id(client, site, "funnels", name)))
    click.echo(f"Deleted funnel {cell(name)}")


@funnels_command.command("stats")
@click.argument("site")
@click.argument("name")
@period_options
@filter_option
@output_option
@with_client
def show_funnel_report(
    client: ApiClient, site: str, name: str, period: QueryParameters, filters: QueryParameters, output: str
) -> None:
    """Show how many visitors of SITE completed each step of the funnel NAME."""
    funnel_id = find_id(client, site, "funnels", name)
    response = client.get(api_path("sites", site, "stats", "funnels", funnel_id), period + filters)
    rows = [{**step, "step": format_target(step)} for step in response["steps"]]
    show_rows(output, response, _REPORT_COLUMNS, rows, "No data")
