"""`pyuniqvisit visitors …`."""

from typing import Any

import click

from services.cli.client import Client, route
from services.cli.client.options import with_client
from services.cli.show.output import Column, Output, output_option, print_json, show_one, show_rows

_VISITORS = (
    Column("id", "Visitor"),
    Column("label", "Label"),
    Column("first_visit", "First visit"),
    Column("last_visit", "Last visit"),
    Column("country", "Country"),
    Column("browser", "Browser"),
    Column("device", "Device"),
)
_VISITS = (
    Column("started_at", "Visit"),
    Column("pageviews", "Page views", is_number=True),
    Column("events", "Events", is_number=True),
    Column("entry_page", "Entry"),
    Column("exit_page", "Exit"),
    Column("source", "Source"),
    Column("country", "Country"),
    Column("browser", "Browser"),
)
_EVENTS = (
    Column("time", "Time"),
    Column("kind", "Kind"),
    Column("hostname", "Host"),
    Column("path", "Path"),
    Column("name", "Name"),
    Column("props", "Properties"),
)


@click.group("visitors")
def visitors_command() -> None:
    """Look at single visitors of a site, and erase them (administrators only).

    \b
    Example: somebody wants to be forgotten, and sends the value of their cookie _uv.
      pyuniqvisit visitors lookup shop 5f1c…     prints the visitor's id
      pyuniqvisit visitors show shop ID          what is known of them
      pyuniqvisit visitors erase shop ID
    """


@visitors_command.command("list")
@click.argument("site")
@click.option("--from", "first", metavar="DAY", help="Visits from this day on, as 2026-11-01.")
@click.option("--to", "last", metavar="DAY", help="Visits to this day, included.")
@click.option("--country", metavar="CODE", help="Visits from this country, like GB.")
@click.option("--browser", metavar="NAME", help="Visits with this browser.")
@click.option("--bot", type=click.Choice(["no", "only", "any"]), help="Bots too, or only them.  [default: no]")
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True, help="So many visitors a page.")
@click.option("--after", metavar="NEXT", help="The next page: what the page before said.")
@output_option
@with_client
def list_visitors(
    client: Client,
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
    """List the visitors of SITE, by their latest visit, newest first."""
    wanted = {"from": first, "to": last, "country": country, "browser": browser, "bot": bot, "after": after}
    asked = {name: value for name, value in wanted.items() if value is not None}
    answer = client.get(route("sites", site, "visitors"), asked | {"limit": limit})
    show_rows(output, answer, _VISITORS, answer["visitors"], "no such visitors")
    _say_next(answer)


@visitors_command.command("show")
@click.argument("site")
@click.argument("visitor")
@click.option("--after", metavar="NEXT", help="More visits: what the page before said.")
@output_option
@with_client
def show_visitor(client: Client, site: str, visitor: str, after: str | None, output: str) -> None:
    """Show VISITOR of SITE with their visits. As CSV: the visits."""
    answer = client.get(route("sites", site, "visitors", visitor), {"after": after} if after else {})
    if output == Output.TABLE:
        show_one(output, {name: answer[name] for name in ("id", "label", "note", "first_visit", "last_visit")})
        click.echo()
    show_rows(output, answer, _VISITS, answer["visits"], "no visits are stored")
    _say_next(answer)


@visitors_command.command("events")
@click.argument("site")
@click.argument("visitor")
@click.argument("started_at", metavar="VISIT")
@output_option
@with_client
def list_events(client: Client, site: str, visitor: str, started_at: str, output: str) -> None:
    """List what happened in a VISIT, which is named by when it began, as `visitors show` writes it."""
    answer = client.get(route("sites", site, "visitors", visitor, "visits", started_at, "events"))
    show_rows(output, answer, _EVENTS, answer["events"], "nothing happened")
    if answer["truncated"]:
        click.echo("there are more events than these", err=True)


@visitors_command.command("note")
@click.argument("site")
@click.argument("visitor")
@click.option("--label", default="", metavar="TEXT", help="A few words, shown in lists.")
@click.option("--note", default="", metavar="TEXT", help="More words.")
@with_client
def write_note(client: Client, site: str, visitor: str, label: str, note: str) -> None:
    """Write a note about VISITOR, in place of the one before. Without text: remove it."""
    client.call("PUT", route("sites", site, "visitors", visitor, "note"), {"label": label, "note": note})
    click.echo("the note is written" if label or note else "there is no note now")


@visitors_command.command("lookup")
@click.argument("site")
@click.argument("cookie")
@click.option("--json", "output", flag_value="json", help="Print JSON, for programs.")
@with_client
def look_up(client: Client, site: str, cookie: str, output: str | None) -> None:
    """Print the id of the visitor of SITE who has COOKIE, the value of their cookie `_uv`."""
    answer = client.call("POST", route("sites", site, "visitors", "lookup"), {"cookie": cookie})
    if output == Output.JSON:
        print_json(answer)
        return
    click.echo(answer["visitor"])
    if not answer["known"]:
        click.echo("nothing is stored of this visitor", err=True)


@visitors_command.command("erase")
@click.argument("site")
@click.argument("visitor")
@click.confirmation_option(prompt="Erase this visitor? There is no way back.", help="Do not ask.")
@with_client
def erase_visitor(client: Client, site: str, visitor: str) -> None:
    """Erase VISITOR: all visits and events, and what is still on its way. Numbers are as if they had never come."""
    erased = client.call("DELETE", route("sites", site, "visitors", visitor))
    click.echo(f"erased {erased['visits']:,} visits and {erased['events']:,} events")


def _say_next(answer: dict[str, Any]) -> None:
    if answer["next"]:
        click.echo(f"there are more: --after {answer['next']}", err=True)
