"""`pyuniqvisit visitors …`."""

from typing import Any

import click

from services.cli.client import ApiClient, api_path
from services.cli.client.options import with_client
from services.cli.output.formats import OutputFormat, TableColumn, output_option, print_json, show_one, show_rows

_VISITOR_COLUMNS = (
    TableColumn("id", "Visitor"),
    TableColumn("label", "Label"),
    TableColumn("first_visit", "First visit"),
    TableColumn("last_visit", "Last visit"),
    TableColumn("country", "Country"),
    TableColumn("browser", "Browser"),
    TableColumn("device", "Device"),
)
_VISIT_COLUMNS = (
    TableColumn("started_at", "Started"),
    TableColumn("pageviews", "Page views", is_number=True),
    TableColumn("events", "Events", is_number=True),
    TableColumn("entry_page", "Entry page"),
    TableColumn("exit_page", "Exit page"),
    TableColumn("source", "Source"),
    TableColumn("country", "Country"),
    TableColumn("browser", "Browser"),
)
_EVENT_COLUMNS = (
    TableColumn("time", "Time"),
    TableColumn("kind", "Kind"),
    TableColumn("hostname", "Host"),
    TableColumn("path", "Path"),
    TableColumn("name", "Name"),
    TableColumn("props", "Properties"),
)


@click.group("visitors")
def visitors_command() -> None:
    """Show and erase individual visitors of a site (administrators only).

    \b
    Example: a visitor requests erasure and sends the value of their cookie _uv.
      pyuniqvisit visitors lookup shop 5f1c…     print the visitor's ID
      pyuniqvisit visitors show shop ID          show the stored data
      pyuniqvisit visitors erase shop ID
    """


@visitors_command.command("list")
@click.argument("site")
@click.option("--from", "first", metavar="DAY", help="First day of visits, like 2026-11-01.")
@click.option("--to", "last", metavar="DAY", help="Last day of visits, inclusive.")
@click.option("--country", metavar="CODE", help="Country of visits, like GB.")
@click.option("--browser", metavar="NAME", help="Browser of visits.")
@click.option(
    "--bot",
    type=click.Choice(["no", "only", "any"]),
    help="Whether to include bots, or to list only bots.  [default: no]",
)
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True, help="Visitors per page.")
@click.option("--after", metavar="NEXT", help="Show the page after this value, which the previous page printed.")
@output_option
@with_client
def list_visitors(
    client: ApiClient,
    site: str,
    first: str | None,
    last: str | None,
    country: str | None,
    browser: str | None,
    bot: str | None,
    limit: int,
    after: str | None,
    output: str,
) -> None:
    """List the visitors of SITE by their last visit, newest first."""
    filters = {"from": first, "to": last, "country": country, "browser": browser, "bot": bot, "after": after}
    query = {name: value for name, value in filters.items() if value is not None}
    response = client.get(api_path("sites", site, "visitors"), query | {"limit": limit})
    show_rows(output, response, _VISITOR_COLUMNS, response["visitors"], "No visitors found")
    _print_next(response)


@visitors_command.command("show")
@click.argument("site")
@click.argument("visitor")
@click.option("--after", metavar="NEXT", help="Show the visits after this value, which the previous page printed.")
@output_option
@with_client
def show_visitor(client: ApiClient, site: str, visitor: str, after: str | None, output: str) -> None:
    """Show the visitor with ID VISITOR of SITE and their visits (as CSV, only the visits)."""
    response = client.get(api_path("sites", site, "visitors", visitor), {"after": after} if after else {})
    if output == OutputFormat.TABLE:
        show_one(output, {name: response[name] for name in ("id", "label", "note", "first_visit", "last_visit")})
        click.echo()
    show_rows(output, response, _VISIT_COLUMNS, response["visits"], "No visits stored")
    _print_next(response)


@visitors_command.command("events")
@click.argument("site")
@click.argument("visitor")
@click.argument("started_at", metavar="VISIT")
@output_option
@with_client
def list_events(client: ApiClient, site: str, visitor: str, started_at: str, output: str) -> None:
    """List the events of a visit; VISIT is its start time, as `visitors show` prints it."""
    response = client.get(api_path("sites", site, "visitors", visitor, "visits", started_at, "events"))
    show_rows(output, response, _EVENT_COLUMNS, response["events"], "No events")
    if response["truncated"]:
        click.echo("More events exist than are shown", err=True)


@visitors_command.command("note")
@click.argument("site")
@click.argument("visitor")
@click.option("--label", default="", metavar="TEXT", help="Short label, shown in lists.")
@click.option("--note", default="", metavar="TEXT", help="Text of the note.")
@with_client
def write_note(client: ApiClient, site: str, visitor: str, label: str, note: str) -> None:
    """Replace the note about the visitor with ID VISITOR; without options, remove it."""
    client.call("PUT", api_path("sites", site, "visitors", visitor, "note"), {"label": label, "note": note})
    click.echo("Note saved" if label or note else "Note removed")


@visitors_command.command("lookup")
@click.argument("site")
@click.argument("cookie")
@click.option("--json", "output", flag_value="json", help="Print JSON.")
@with_client
def look_up(client: ApiClient, site: str, cookie: str, output: str | None) -> None:
    """Print the ID of the visitor of SITE whose cookie `_uv` has the value COOKIE."""
    response = client.call("POST", api_path("sites", site, "visitors", "lookup"), {"cookie": cookie})
    if output == OutputFormat.JSON:
        print_json(response)
        return
    click.echo(response["visitor"])
    if not response["known"]:
        click.echo("No data is stored about this visitor", err=True)


@visitors_command.command("erase")
@click.argument("site")
@click.argument("visitor")
@click.confirmation_option(prompt="Erase this visitor? This cannot be undone.", help="Skip the confirmation.")
@with_client
def erase_visitor(client: ApiClient, site: str, visitor: str) -> None:
    """Erase all data of the visitor with ID VISITOR.

    This includes beacons that are not stored yet.
    """
    erased = client.call("DELETE", api_path("sites", site, "visitors", visitor))
    click.echo(f"Erased {erased['visits']:,} visits and {erased['events']:,} events")


def _print_next(response: dict[str, Any]) -> None:
    if response["next"]:
        click.echo(f"More results: --after {response['next']}", err=True)
