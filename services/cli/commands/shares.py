"""`pyuniqvisit shares …`."""

import click

from services.cli.client import ApiClient, api_path
from services.cli.client.options import with_client
from services.cli.output.formats import OutputFormat, TableColumn, output_option, print_json, show_rows
from services.cli.terminal import password_option, read_password

_COLUMNS = (
    TableColumn("id", "ID"),
    TableColumn("name", "Name"),
    TableColumn("has_password", "Password"),
    TableColumn("created_by", "Created by"),
    TableColumn("created_at", "Created"),
)


@click.group("shares")
def shares_command() -> None:
    """Share the reports of a site, read-only, with people who have no account.

    \b
    Example:
      pyuniqvisit shares create shop "Board members"
    """


@shares_command.command("list")
@click.argument("site")
@output_option
@with_client
def list_shares(client: ApiClient, site: str, output: str) -> None:
    """List the shares of SITE."""
    response = client.get(api_path("sites", site, "shares"))
    show_rows(output, response, _COLUMNS, response["shares"], f"No shares of {site}")


@shares_command.command("create")
@click.argument("site")
@click.argument("name")
@click.option("--with-password", is_flag=True, help="Protect the share with a password; prompts for it.")
@password_option
@click.option("--json", "output", flag_value="json", help="Print JSON.")
@with_client
def create_share(
    client: ApiClient, site: str, name: str, with_password: bool, password_stdin: bool, output: str | None
) -> None:
    """Create the share NAME of SITE and print its token, only this once."""
    share = {"name": name}
    if with_password or password_stdin:
        share["password"] = read_password("Password for the share", password_stdin, confirm=True)
    response = client.call("POST", api_path("sites", site, "shares"), share)
    if output == OutputFormat.JSON:
        print_json(response)
        return
    click.echo(response["token"])
    click.echo("Store this token now; it is not shown again.", err=True)


@shares_command.command("revoke")
@click.argument("site")
@click.argument("share_id", metavar="ID")
@with_client
def revoke_share(client: ApiClient, site: str, share_id: str) -> None:
    """Revoke the share with this ID immediately."""
    client.call("DELETE", api_path("sites", site, "shares", share_id))
    click.echo("Share revoked")
