"""`pyuniqvisit account …`."""

import click

from services.cli.client import Client, route
from services.cli.client.options import with_client
from services.cli.passwords import read_password
from services.cli.show.output import Column, output_option, show_rows

_SESSIONS = (
    Column("id", "Id"),
    Column("client", "Client"),
    Column("created_at", "Since"),
    Column("refreshed_at", "Last seen"),
    Column("current", "This one"),
)


@click.group("account")
def account_command() -> None:
    """Look after your own account: password, second factor, where you are logged in.

    \b
    Examples:
      pyuniqvisit account password
      pyuniqvisit account sessions           where you are logged in
    """


@account_command.command("password")
@click.option(
    "--password-stdin", is_flag=True, help="Read old and new password from the first two lines of standard input."
)
@with_client
def change_password(client: Client, password_stdin: bool) -> None:
    """Change your password. Your other logins end."""
    old = read_password("Present password", password_stdin)
    new = read_password("New password", password_stdin, confirm=True)
    client.call("PUT", "/me/password", {"old_password": old, "new_password": new})
    click.echo("the password is changed")


@account_command.command("sessions")
@output_option
@with_client
def list_sessions(client: Client, output: str) -> None:
    """List where you are logged in."""
    answer = client.get("/me/sessions")
    show_rows(output, answer, _SESSIONS, answer["sessions"], "you are logged in nowhere")


@account_command.command("end-session")
@click.argument("session_id", metavar="ID")
@with_client
def end_session(client: Client, session_id: str) -> None:
    """End the login ID, for a device that you no longer have."""
    client.call("DELETE", route("me", "sessions", session_id))
    click.echo("that login has ended")


@account_command.command("second-factor")
@click.argument("wanted", type=click.Choice(["on", "off"]))
@with_client
def second_factor(client: Client, wanted: str) -> None:
    """Ask for a code of an authenticator at each login, or no longer."""
    if wanted == "off":
        client.call("DELETE", "/me/totp")
        click.echo("logging in needs no code now")
        return
    new = client.call("POST", "/me/totp")
    click.echo(f"Add this to your authenticator:\n\n  {new['secret']}\n  {new['uri']}\n", err=True)
    client.call("POST", "/me/totp/confirm", {"code": click.prompt("Code", err=True)})
    click.echo("logging in needs a code from now on")
