"""`pyuniqvisit pair` and `unpair`."""

import json
import socket
from typing import TextIO

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from common.clock import system_clock
from services.cli.client import api_path
from services.cli.client.credentials import StoredPairing
from services.cli.client.http import response_json, send_request
from services.cli.client.pairing_invitation import PairingInvitation, read_invitation
from services.cli.client.signed_client import SignedClient, pairing_file
from services.cli.errors import CliError, NotFoundError

_MAX_QR_TEXT = 10_000


@click.command("pair")
@click.argument("url", required=False)
@click.option(
    "--qr",
    "file",
    type=click.File(encoding="utf-8"),
    metavar="FILE",
    help="Read the text of the QR code from this file; - is standard input.",
)
@click.option("--name", metavar="NAME", help="Name of this device at the site.  [default: name of this machine]")
def pair_command(url: str | None, file: TextIO | None, name: str | None) -> None:
    """Pair this machine with a site, to read its reports without a login.

    URL is the pairing URL from the dashboard or from `devices invite`; it works only once. The command generates a key,
    stores it in your configuration directory, in a file that only you can read, and registers the public key. For
    --qr, convert an image to text first with any QR code reader.

    \b
    Examples:
      pyuniqvisit pair 'https://stats.example.com/pair/shop#code=uvr_…'
      pyuniqvisit stats shop
    """
    if (url is None) == (file is None):
        raise click.UsageError("Use either URL or --qr FILE.")
    invitation = read_invitation(url if url is not None else file.read(_MAX_QR_TEXT))  # type: ignore[union-attr]
    pairing = _with_private_key(invitation) if invitation.private_key else _with_new_key(invitation, name)
    pairing_file().add(pairing)
    click.echo(f"Paired with {pairing.site} at {pairing.api}")


@click.command("unpair")
@click.argument("site")
def unpair_command(site: str) -> None:
    """Delete this machine's key for SITE.

    The key remains valid at the API until `devices revoke`.
    """
    if not pairing_file().remove(site):
        raise NotFoundError(f"this machine is not paired with {site}; check the name of the site")
    click.echo(f"Unpaired from {site}")


def _with_new_key(invitation: PairingInvitation, name: str | None) -> StoredPairing:
    """Generate a key, which never leaves this machine, and register its public key."""
    private = Ed25519PrivateKey.generate()
    pairing = StoredPairing(
        invitation.api,
        invitation.site,
        private.public_key().public_bytes_raw().hex(),
        private.private_bytes_raw().hex(),
    )
    registration = {
        "site_id": invitation.site,
        "public_key_hex": pairing.public_key,
        "name": name or f"pyuniqvisit on {socket.gethostname()}"[:100],
        "code": invitation.code,
    }
    body, headers = (
        json.dumps(registration).encode(),
        {"Content-Type": "application/json", "Accept": "application/json"},
    )
    registered = response_json(send_request("POST", f"{invitation.api}/register-key", headers, body))
    if "rfc9421" not in registered["schemes"]:
        raise CliError(
            f"{invitation.site} accepts only signatures of the older scheme, which this client does not support; "
            "an administrator can allow the scheme rfc9421"
        )
    return pairing


def _with_private_key(invitation: PairingInvitation) -> StoredPairing:
    """Store the private key of an invitation, if it can read the site."""
    private_key = invitation.private_key or ""
    public = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private_key)).public_key().public_bytes_raw()
    pairing = StoredPairing(invitation.api, invitation.site, public.hex(), private_key)
    SignedClient(pairing, system_clock).get(api_path("sites", pairing.site, "stats", "summary"), [("period", "day")])
    return pairing
