"""`pyuniqvisit devices …`."""

import io

import click
import segno

from services.cli.client import Client, route
from services.cli.client.options import with_client
from services.cli.show.output import Column, Output, output_option, print_json, show_rows

_COLUMNS = (
    Column("id", "Id"),
    Column("name", "Name"),
    Column("public_key_hex", "Public key"),
    Column("created_by", "Let in by"),
    Column("created_at", "Since"),
    Column("last_used_at", "Last used"),
    Column("last_scheme", "By"),
)


@click.group("devices")
def devices_command() -> None:
    """Let phones and programs read the numbers of a site with a key of their own. They see nothing else.

    \b
    Examples:
      pyuniqvisit devices invite shop
      pyuniqvisit devices list shop
    """


@devices_command.command("list")
@click.argument("site")
@output_option
@with_client
def list_devices(client: Client, site: str, output: str) -> None:
    """List the keys that open SITE."""
    answer = client.get(route("sites", site, "keys"))
    show_rows(output, answer, _COLUMNS, answer["keys"], f"no key opens {site}")


@devices_command.command("invite")
@click.argument("site")
@click.option("--name", default="paired device", show_default=True, help="What the key will be called.")
@click.option("--no-qr", is_flag=True, help="Print the address only.")
@click.option("--json", "output", flag_value="json", help="Print JSON, for programs.")
@with_client
def invite_device(client: Client, site: str, name: str, no_qr: bool, output: str | None) -> None:
    """Print an address, and its QR code, that pairs one device with SITE. It works once, for ten minutes.

    A phone that scans it opens the dashboard, read-only for SITE; another machine gives it to `pyuniqvisit pair`.
    """
    answer = client.call("POST", route("sites", site, "pairings"), {"kind": "code", "name": name})
    if output == Output.JSON:
        print_json(answer)
        return
    click.echo(answer["url"])
    if not no_qr:
        drawn = io.StringIO()
        segno.make(answer["text"], error="m", micro=False).terminal(drawn, compact=True)
        click.echo(drawn.getvalue(), err=True)


@devices_command.command("add")
@click.argument("site")
@click.argument("name")
@click.argument("public_key", metavar="PUBLIC_KEY")
@with_client
def add_device(client: Client, site: str, name: str, public_key: str) -> None:
    """Let the key PUBLIC_KEY in, 64 hexadecimal digits of Ed25519, under NAME."""
    client.call("POST", route("sites", site, "keys"), {"name": name, "public_key_hex": public_key})
    click.echo(f"{name} may read {site}")


@devices_command.command("revoke")
@click.argument("site")
@click.argument("key_id", metavar="ID")
@with_client
def revoke_device(client: Client, site: str, key_id: str) -> None:
    """End the key ID of SITE at once."""
    client.call("DELETE", route("sites", site, "keys", key_id))
    click.echo("it no longer opens anything")
