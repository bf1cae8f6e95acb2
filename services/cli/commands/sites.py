"""`pyuniqvisit sites …`."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from common.sites import ABOUT, TYPES, choices_of, has_several
from services.cli.client import ApiClient, api_path
from services.cli.client.options import with_client
from services.cli.output.formats import TableColumn, output_option, show_one, show_rows
from services.cli.output.values import sparkline

CommandFunction = TypeVar("CommandFunction", bound=Callable[..., Any])

_SITE_COLUMNS = (
    TableColumn("name", "Site"),
    TableColumn("url", "URL"),
    TableColumn("timezone", "Time zone"),
    TableColumn("identity", "Identity"),
    TableColumn("public", "Public"),
)


def _change(percent: Any) -> str:
    return "-" if percent is None else f"{percent:+.0f}%"


_OVERVIEW_COLUMNS = (
    TableColumn("site", "Site"),
    TableColumn("visitors", "Visitors", is_number=True),
    TableColumn("change", "Change", _change, is_number=True),
    TableColumn("visits", "Visits", is_number=True),
    TableColumn("pageviews", "Page views", is_number=True),
    TableColumn("current_visitors", "Current", is_number=True),
    TableColumn("sparkline", "Trend", lambda days: sparkline(days, 30)),
)


@click.group("sites")
def sites_command() -> None:
    """Manage sites, their settings and their members.

    \b
    Examples:
      pyuniqvisit sites create shop https://shop.example --timezone Europe/London
      pyuniqvisit sites snippet shop         print the HTML for its pages
      pyuniqvisit sites add-member shop alice    give alice access
    """


def _options(*names: str) -> Callable[[CommandFunction], CommandFunction]:
    """Add an option for each of these settings of a site."""

    def add(command: CommandFunction) -> CommandFunction:
        for name in reversed(names):
            command = _option(name)(command)
        return command

    return add


def _option(name: str) -> Callable[[CommandFunction], CommandFunction]:
    about, choices = ABOUT[name], choices_of(name)
    kind = click.Choice(choices) if choices else _KINDS.get(TYPES[name])
    return click.option(
        about.option or f"--{name.replace('_', '-')}",
        name,
        type=kind,
        multiple=has_several(name),
        default=None,
        metavar=about.metavar,
        help=about.help,
    )


_KINDS = {int | None: click.IntRange(min=0)}
_INITIAL = tuple(name for name, about in ABOUT.items() if about.is_initial and name not in ("name", "url"))
_CHANGEABLE = tuple(name for name, about in ABOUT.items() if about.is_changeable)


@sites_command.command("list")
@output_option
@with_client
def list_sites(client: ApiClient, output: str) -> None:
    """List the sites that you can access."""
    response = client.get("/sites")
    show_rows(
        output, response, _SITE_COLUMNS, response["sites"], "No sites yet; create one with `pyuniqvisit sites create`"
    )


@sites_command.command("overview")
@click.option(
    "--period",
    type=click.Choice(["day", "7d", "30d", "month", "6mo", "year"]),
    default="30d",
    show_default=True,
    help="Days to report.",
)
@output_option
@with_client
def sites_overview(client: ApiClient, period: str, output: str) -> None:
    """Show the numbers of all your sites, compared with the previous period."""
    response = client.get("/overview", [("period", period)])
    show_rows(
        output,
        response,
        _OVERVIEW_COLUMNS,
        response["sites"],
        "No sites yet; create one with `pyuniqvisit sites create`",
    )


@sites_command.command("create")
@click.argument("name")
@click.argument("url")
@_options(*_INITIAL)
@with_client
def create_site(client: ApiClient, name: str, url: str, **settings: Any) -> None:
    """Create the site NAME for the pages at URL (administrators only)."""
    client.call("POST", "/sites", {"name": name, "url": url} | _given(settings))
    click.echo(f"Created site {name}; get the HTML for its pages with `pyuniqvisit sites snippet {name}`")


@sites_command.command("show")
@click.argument("name")
@output_option
@with_client
def show_site(client: ApiClient, name: str, output: str) -> None:
    """Show the settings of the site NAME."""
    show_one(output, client.get(api_path("sites", name)))


@sites_command.command("update")
@click.argument("name")
@_options(*_CHANGEABLE)
@with_client
def update_site(client: ApiClient, name: str, **settings: Any) -> None:
    """Change the given settings of the site NAME."""
    changes = _given(settings)
    if not changes:
        raise click.UsageError("Use at least one option; see --help.")
    client.call("PATCH", api_path("sites", name), changes)
    click.echo(f"Updated site {name}")


@sites_command.command("delete")
@click.argument("name")
@click.confirmation_option(prompt="Delete this site and all of its data?", help="Skip the confirmation.")
@with_client
def delete_site(client: ApiClient, name: str) -> None:
    """Delete the site NAME and all of its data (administrators only).

    The site disappears immediately; its data is deleted in the background (see `pyuniqvisit sites deletions`).
    """
    client.call("DELETE", api_path("sites", name))
    click.echo(f"Deleting site {name}; see the progress with `pyuniqvisit sites deletions`")


@sites_command.command("deletions")
@output_option
@with_client
def list_deletions(client: ApiClient, output: str) -> None:
    """List deletions of sites and their progress (administrators only)."""
    columns = (
        TableColumn("name", "Site"),
        TableColumn("requested_at", "Requested"),
        TableColumn("rows_deleted", "Rows deleted", is_number=True),
        TableColumn("rows_total", "Rows total", is_number=True),
        TableColumn("finished_at", "Finished"),
    )
    response = client.get("/deletions")
    show_rows(output, response, columns, response["deletions"], "No deletions")


@sites_command.command("snippet")
@click.argument("name")
@with_client
def site_snippet(client: ApiClient, name: str) -> None:
    """Print the HTML that tracks visits to the site NAME, for each of its pages."""
    click.echo(client.get(api_path("sites", name, "snippet"))["html"])


@sites_command.command("add-member")
@click.argument("name")
@click.argument("username")
@with_client
def add_member(client: ApiClient, name: str, username: str) -> None:
    """Give USERNAME access to the site NAME (administrators only)."""
    client.call("PUT", api_path("sites", name, "members", username))
    click.echo(f"Added {username} to the members of {name}")


@sites_command.command("remove-member")
@click.argument("name")
@click.argument("username")
@with_client
def remove_member(client: ApiClient, name: str, username: str) -> None:
    """Remove the access of USERNAME to the site NAME (administrators only)."""
    client.call("DELETE", api_path("sites", name, "members", username))
    click.echo(f"Removed {username} from the members of {name}")


@sites_command.command("members")
@click.argument("name")
@output_option
@with_client
def list_members(client: ApiClient, name: str, output: str) -> None:
    """List the members of the site NAME (administrators only)."""
    response = client.get(api_path("sites", name, "members"))
    rows = [{"username": username} for username in response["members"]]
    show_rows(
        output,
        response,
        (TableColumn("username", "User"),),
        rows,
        f"{name} has no members; only administrators have access",
    )


def _given(settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings whose options were used."""
    return {key: value for key, value in settings.items() if value is not None and value != ()}
