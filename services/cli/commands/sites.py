"""`pyuniqvisit sites …`."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from services.cli.client import Client, route
from services.cli.client.options import with_client
from services.cli.show.output import Column, output_option, show_one, show_rows
from services.cli.show.sparkline import sparkline

Command = TypeVar("Command", bound=Callable[..., Any])

_COLUMNS = (
    Column("name", "Site"),
    Column("url", "URL"),
    Column("timezone", "Time zone"),
    Column("identity", "Identity"),
    Column("public", "Public"),
)


def _change(percent: Any) -> str:
    return "-" if percent is None else f"{percent:+.0f}%"


_OVERVIEW = (
    Column("site", "Site"),
    Column("visitors", "Visitors", is_number=True),
    Column("change", "Change", _change, is_number=True),
    Column("visits", "Visits", is_number=True),
    Column("pageviews", "Page views", is_number=True),
    Column("current_visitors", "Now", is_number=True),
    Column("sparkline", "Last days", lambda days: sparkline(days, 30)),
)


@click.group("sites")
def sites_command() -> None:
    """Manage sites: what is counted, how, and who sees it.

    \b
    Examples:
      pyuniqvisit sites create shop https://shop.example --timezone Europe/London
      pyuniqvisit sites snippet shop         the line to put into its pages
      pyuniqvisit sites add-member shop alice     let alice see its numbers
    """


def _site_options(command: Command) -> Command:
    """What a site is made with, and what can be changed of it later."""
    options = (
        click.option("--timezone", metavar="ZONE", help="Where its days begin, like Europe/London."),
        click.option(
            "--origin",
            "origins",
            multiple=True,
            metavar="URL",
            help="An origin its pages are served from, `*` for any; can be repeated.  [default: that of its URL]",
        ),
        click.option(
            "--identity",
            type=click.Choice(["cookie", "cookieless", "persistent"]),
            help="How visitors are told apart.",
        ),
        click.option(
            "--privacy-signal",
            type=click.Choice(["honor", "drop", "ignore"]),
            help="What happens to visitors who send GPC or Do Not Track.",
        ),
        click.option(
            "--bot-policy",
            type=click.Choice(["separate", "count"]),
            help="Whether bots are kept apart, or counted like everybody.",
        ),
        click.option("--public/--private", "public", default=None, help="Let anybody see its numbers, or not."),
        click.option(
            "--retention-days", type=click.IntRange(min=0), metavar="DAYS", help="Delete visits that are older."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@sites_command.command("list")
@output_option
@with_client
def list_sites(client: Client, output: str) -> None:
    """List the sites that you may see."""
    answer = client.get("/sites")
    show_rows(output, answer, _COLUMNS, answer["sites"], "no sites yet; make one with `pyuniqvisit sites create`")


@sites_command.command("overview")
@click.option(
    "--period",
    type=click.Choice(["day", "7d", "30d", "month", "6mo", "year"]),
    default="30d",
    show_default=True,
    help="Which days.",
)
@output_option
@with_client
def sites_overview(client: Client, period: str, output: str) -> None:
    """Show the numbers of all sites that you may see, beside those of the days before."""
    answer = client.get("/overview", [("period", period)])
    show_rows(output, answer, _OVERVIEW, answer["sites"], "no sites yet; make one with `pyuniqvisit sites create`")


@sites_command.command("create")
@click.argument("name")
@click.argument("url")
@_site_options
@with_client
def create_site(client: Client, name: str, url: str, **wanted: Any) -> None:
    """Make the site NAME, whose pages are at URL (administrators only)."""
    client.call("POST", "/sites", {"name": name, "url": url} | _given(wanted))
    click.echo(f"{name} is made; `pyuniqvisit sites snippet {name}` gives the line for its pages")


@sites_command.command("show")
@click.argument("name")
@output_option
@with_client
def show_site(client: Client, name: str, output: str) -> None:
    """Show the settings of NAME."""
    show_one(output, client.get(route("sites", name)))


@sites_command.command("update")
@click.argument("name")
@click.option("--url", metavar="URL", help="Where its pages are.")
@click.option(
    "--signed-by",
    "signature_schemes",
    multiple=True,
    type=click.Choice(["rfc9421", "legacy"]),
    help="How devices may sign what they ask for. Can be repeated.",
)
@_site_options
@with_client
def update_site(client: Client, name: str, **wanted: Any) -> None:
    """Change what is given of NAME, and leave the rest."""
    changes = _given(wanted)
    if not changes:
        raise click.UsageError("say what to change; see --help")
    client.call("PATCH", route("sites", name), changes)
    click.echo(f"{name} is changed")


@sites_command.command("delete")
@click.argument("name")
@click.confirmation_option(prompt="Delete this site and everything counted for it?", help="Do not ask.")
@with_client
def delete_site(client: Client, name: str) -> None:
    """Delete NAME and everything that was counted for it (administrators only).

    It is gone from all lists at once; its data go in the background: `pyuniqvisit sites deletions`.
    """
    client.call("DELETE", route("sites", name))
    click.echo(f"{name} is being deleted; `pyuniqvisit sites deletions` shows how far it is")


@sites_command.command("deletions")
@output_option
@with_client
def list_deletions(client: Client, output: str) -> None:
    """List sites that are being deleted, and how far that is (administrators only)."""
    columns = (
        Column("name", "Site"),
        Column("requested_at", "Since"),
        Column("rows_deleted", "Rows deleted", is_number=True),
        Column("rows_total", "of", is_number=True),
        Column("finished_at", "Finished"),
    )
    answer = client.get("/deletions")
    show_rows(output, answer, columns, answer["deletions"], "nothing is being deleted")


@sites_command.command("snippet")
@click.argument("name")
@with_client
def site_snippet(client: Client, name: str) -> None:
    """Print the line of HTML that counts visits to NAME. It belongs into every page."""
    click.echo(client.get(route("sites", name, "snippet"))["html"])


@sites_command.command("add-member")
@click.argument("name")
@click.argument("username")
@with_client
def grant_site(client: Client, name: str, username: str) -> None:
    """Let USERNAME see and manage NAME (administrators only)."""
    client.call("PUT", route("sites", name, "members", username))
    click.echo(f"{username} sees {name} now")


@sites_command.command("remove-member")
@click.argument("name")
@click.argument("username")
@with_client
def revoke_site(client: Client, name: str, username: str) -> None:
    """Take NAME away from USERNAME (administrators only)."""
    client.call("DELETE", route("sites", name, "members", username))
    click.echo(f"{username} no longer sees {name}")


@sites_command.command("members")
@click.argument("name")
@output_option
@with_client
def list_admins(client: Client, name: str, output: str) -> None:
    """List who sees and manages NAME (administrators only)."""
    answer = client.get(route("sites", name, "members"))
    rows = [{"username": username} for username in answer["members"]]
    show_rows(output, answer, (Column("username", "User"),), rows, f"only administrators see {name}")


def _given(wanted: dict[str, Any]) -> dict[str, Any]:
    """The options that were used."""
    return {key: value for key, value in wanted.items() if value is not None and value != ()}
