"""`pyuniqvisit shares …`."""

import click

from services.cli.client import Client, route
from services.cli.client.options import with_client
from services.cli.passwords import password_option, read_password
from services.cli.show.output import Column, Output, output_option, print_json, show_rows

_COLUMNS = (
    Column("id", "Id"),
    Column("name", "Name"),
    Column("has_password", "Password"),
    Column("created_by", "Made by"),
    Column("created_at", "Since"),
)


@click.group("shares")
def shares_command() -> None:
    """Share the numbers of a site with people who have no account. They see nothing else, and change nothing.

    \b
    Example:
      pyuniqvisit shares create shop "the board"
    """


@shares_command.command("list")
@click.argument("site")
@output_option
@with_client
def list_shares(client: Client, site: str, output: str) -> None:
    """List who SITE is shared with."""
    answer = client.get(route("sites", site, "shares"))
    show_rows(output, answer, _COLUMNS, answer["shares"], f"{site} is shared with nobody")


@shares_command.command("create")
@click.argument("site")
@click.argument("name")
@click.option("--with-password", is_flag=True, help="Whoever has the token needs a password too. Asks for it.")
@password_option
@click.option("--json", "output", flag_value="json", help="Print JSON, for programs.")
@with_client
def create_share(
    client: Client, site: str, name: str, with_password: bool, password_stdin: bool, output: str | None
) -> None:
    """Share SITE; NAME says with whom. Prints the token that opens it, this once."""
    wanted = {"name": name}
    if with_password or password_stdin:
        wanted["password"] = read_password("Password of the share", password_stdin, confirm=True)
    answer = client.call("POST", route("sites", site, "shares"), wanted)
    if output == Output.JSON:
        print_json(answer)
        return
    click.echo(answer["token"])
    click.echo("Keep it: it is not shown again.", err=True)


@shares_command.command("revoke")
@click.argument("site")
@click.argument("share_id", metavar="ID")
@with_client
def revoke_share(client: Client, site: str, share_id: str) -> None:
    """End the share ID at once."""
    client.call("DELETE", route("sites", site, "shares", share_id))
    click.echo("it no longer opens anything")
