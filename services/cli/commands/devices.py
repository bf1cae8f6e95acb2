"""`pyuniqvisit devices …`."""

import io

import click
import segno

from services.cli.client import ApiClient, api_path
from services.cli.client.options import with_client
from services.cli.output.formats import OutputFormat, TableColumn, output_option, print_json, show_rows

_COLUMNS = (
    TableColumn("id", "ID"),
    TableColumn("name", "Name"),
    TableColumn("public_key_hex", "Public key"),
    TableColumn("created_by", "Added by"),
    TableColumn("created_at", "Created"),
    TableColumn("last_used_at", "Last used"),
    TableColumn("last_scheme", "Signature"),
)


@click.group("devices")
def devices_command() -> None:
    """Manage devices that can read the reports of a site.

    A device is a phone or another client with its own key for one site.

    \b
    Examples:
      pyuniqvisit devices invite shop
      pyuniqvisit devices list shop
    """


@devices_command.command("list")
@click.argument("site")
@output_option
@with_client
def list_devices(client: ApiClient, site: str, output: str) -> None:
    """List the devices that can read SITE."""
    response = client.get(api_path("sites", site, "keys"))
    show_rows(output, response, _COLUMNS, response["keys"], f"No devices for {site}")


@devices_command.command("invite")
@click.argument("site")
@click.option("--name", default="paired device", show_default=True, help="Name of the device.")
@click.option("--no-qr", is_flag=True, help="Do not print the QR code.")
@click.option("--json", "output", flag_value="json", help="Print JSON.")
@with_client
def invite_device(client: ApiClient, site: str, name: str, no_qr: bool, output: str | None) -> None:
    """Print a pairing URL and its QR code for SITE.

    The URL pairs one device within ten minutes. A phone that scans the code opens the read-only dashboard of SITE. On
    another machine, run `pyuniqvisit pair URL`.
    """
    response = client.call("POST", api_path("sites", site, "pairings"), {"kind": "code", "name": name})
    if output == OutputFormat.JSON:
        print_json(response)
        return
    click.echo(response["url"])
    if not no_qr:
        qr_code = io.StringIO()
        segno.make(response["text"], error="m", micro=False).terminal(qr_code, compact=True)
        click.echo(qr_code.getvalue(), err=True)


@devices_command.command("add")
@click.argument("site")
@click.argument("name")
@click.argument("public_key", metavar="PUBLIC_KEY")
@with_client
def add_device(client: ApiClient, site: str, name: str, public_key: str) -> None:
    """Add the device NAME with its Ed25519 key PUBLIC_KEY (64 hexadecimal digits) to SITE."""
    client.call("POST", api_path("sites", site, "keys"), {"name": name, "public_key_hex": public_key})
    click.echo(f"Added device {name} to {site}")


@devices_command.command("revoke")
@click.argument("site")
@click.argument("key_id", metavar="ID")
@with_client
def revoke_device(client: ApiClient, site: str, key_id: str) -> None:
    """Revoke the device with this ID immediately."""
    client.call("DELETE", api_path("sites", site, "keys", key_id))
    click.echo("Device revoked")
