"""`pyuniqvisit keys …`."""

from typing import Any

import click

from services.cli.client import Client, route
from services.cli.client.options import with_client
from services.cli.show.output import Column, Output, output_option, print_json, show_rows

_COLUMNS = (
    Column("id", "Id"),
    Column("name", "Name"),
    Column("prefix", "Begins with"),
    Column("scopes", "May"),
    Column("site", "Site"),
    Column("created_at", "Since"),
    Column("last_used_at", "Last used"),
)
_SCOPES = ("read:stats", "write:events", "admin")


@click.group("keys")
def keys_command() -> None:
    """Manage your API keys: for scripts, in place of a password.

    A key may do what its scopes say, and never more than you may. Scripts hand it over as PYUNIQVISIT_CLI__API_KEY, or
    as `Authorization: Bearer KEY`.

    \b
    Example:
      pyuniqvisit keys create nightly --scope read:stats --site shop
    """


@keys_command.command("list")
@output_option
@with_client
def list_keys(client: Client, output: str) -> None:
    """List your keys. The keys themselves are shown once, when they are made."""
    answer = client.get("/me/keys")
    show_rows(output, answer, _COLUMNS, answer["keys"], "you have no keys")


@keys_command.command("create")
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, required=True, type=click.Choice(_SCOPES), help="What it may; can be repeated."
)
@click.option("--site", metavar="SITE", help="It works for this site only.")
@click.option("--json", "output", flag_value="json", help="Print JSON, for programs.")
@with_client
def create_key(client: Client, name: str, scopes: tuple[str, ...], site: str | None, output: str | None) -> None:
    """Make a key called NAME. It is printed this once."""
    wanted: dict[str, Any] = {"name": name, "scopes": list(scopes)}
    if site is not None:
        wanted["site"] = site
    answer = client.call("POST", "/me/keys", wanted)
    if output == Output.JSON:
        print_json(answer)
        return
    click.echo(answer["key"])
    click.echo("Keep it: it is not shown again.", err=True)


@keys_command.command("revoke")
@click.argument("key_id", metavar="ID")
@with_client
def revoke_key(client: Client, key_id: str) -> None:
    """End the key ID at once."""
    client.call("DELETE", route("me", "keys", key_id))
    click.echo("the key no longer works")
