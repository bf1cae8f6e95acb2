"""`pyuniqvisit keys …`."""

from typing import Any

import click

from services.cli.client import ApiClient, api_path
from services.cli.client.options import with_client
from services.cli.output.formats import OutputFormat, TableColumn, output_option, print_json, show_rows

_COLUMNS = (
    TableColumn("id", "ID"),
    TableColumn("name", "Name"),
    TableColumn("prefix", "Prefix"),
    TableColumn("scopes", "Scopes"),
    TableColumn("site", "Site"),
    TableColumn("created_at", "Created"),
    TableColumn("last_used_at", "Last used"),
)
_SCOPES = ("read:stats", "write:events", "admin")


@click.group("keys")
def keys_command() -> None:
    """Manage your API keys, which scripts use instead of a password.

    A key has the permissions of its scopes, but never more than you have. Set it as PYUNIQVISIT_CLI__API_KEY, or send
    the header `Authorization: Bearer KEY`.

    \b
    Example:
      pyuniqvisit keys create nightly --scope read:stats --site shop
    """


@keys_command.command("list")
@output_option
@with_client
def list_keys(client: ApiClient, output: str) -> None:
    """List your API keys, without the keys themselves."""
    response = client.get("/me/keys")
    show_rows(output, response, _COLUMNS, response["keys"], "No API keys")


@keys_command.command("create")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(_SCOPES),
    help="Permission of the key; repeatable.",
)
@click.option("--site", metavar="SITE", help="Restrict the key to this site.")
@click.option("--json", "output", flag_value="json", help="Print JSON.")
@with_client
def create_key(client: ApiClient, name: str, scopes: tuple[str, ...], site: str | None, output: str | None) -> None:
    """Create the API key NAME and print it, only this once."""
    settings: dict[str, Any] = {"name": name, "scopes": list(scopes)}
    if site is not None:
        settings["site"] = site
    response = client.call("POST", "/me/keys", settings)
    if output == OutputFormat.JSON:
        print_json(response)
        return
    click.echo(response["key"])
    click.echo("Store this key now; it is not shown again.", err=True)


@keys_command.command("revoke")
@click.argument("key_id", metavar="ID")
@with_client
def revoke_key(client: ApiClient, key_id: str) -> None:
    """Revoke the API key with this ID immediately."""
    client.call("DELETE", api_path("me", "keys", key_id))
    click.echo("API key revoked")
