"""`pyuniqvisit pair` and `unpair`."""

import json
import socket
from typing import TextIO

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from common.clock import system_clock
from services.cli.client import route
from services.cli.client.client import content_of
from services.cli.client.invitation import Invitation, read_invitation
from services.cli.client.paired import PairedClient, kept_pairings
from services.cli.client.pairings import Pairing
from services.cli.client.transport import exchange
from services.cli.errors import CliError, NotFoundError

_LONGEST = 10_000


@click.command("pair")
@click.argument("url", required=False)
@click.option(
    "--qr",
    "file",
    type=click.File(encoding="utf-8"),
    metavar="FILE",
    help="A file with the text that the QR code holds, as any reader of QR codes shows it; - for standard input.",
)
@click.option("--name", metavar="NAME", help="What the key is called at the site.  [default: the name of this machine]")
def pair_command(url: str | None, file: TextIO | None, name: str | None) -> None:
    """Pair this machine with a site: it reads that site's numbers, and nothing else, without a login.

    URL is what the dashboard shows, or `devices invite`; it works once. The machine makes a key of its own, keeps it in
    your configuration directory, in a file that only you can read, and tells the API its public half. Pictures are not
    read: let a phone or any QR reader turn them into text.

    \b
    Examples:
      pyuniqvisit pair 'https://stats.example.com/pair/shop#code=uvr_…'
      pyuniqvisit stats shop
    """
    if (url is None) == (file is None):
        raise click.UsageError("give a URL or --qr FILE")
    invitation = read_invitation(url if url is not None else file.read(_LONGEST))  # type: ignore[union-attr]
    pairing = _with_given_key(invitation) if invitation.private_key else _with_own_key(invitation, name)
    kept_pairings().keep(pairing)
    click.echo(f"paired with {pairing.site} at {pairing.api}")


@click.command("unpair")
@click.argument("site")
def unpair_command(site: str) -> None:
    """Forget this machine's key of SITE. `devices revoke` makes it worthless, too."""
    if not kept_pairings().forget(site):
        raise NotFoundError(f"this machine is not paired with {site}")
    click.echo("forgotten")


def _with_own_key(invitation: Invitation, name: str | None) -> Pairing:
    """A key that nobody else has ever seen."""
    private = Ed25519PrivateKey.generate()
    pairing = Pairing(
        invitation.api,
        invitation.site,
        private.public_key().public_bytes_raw().hex(),
        private.private_bytes_raw().hex(),
    )
    wanted = {
        "site_id": invitation.site,
        "public_key_hex": pairing.public_key,
        "name": name or f"pyuniqvisit on {socket.gethostname()}"[:100],
        "code": invitation.code,
    }
    body, headers = json.dumps(wanted).encode(), {"Content-Type": "application/json", "Accept": "application/json"}
    registered = content_of(exchange("POST", f"{invitation.api}/register-key", headers, body))
    if "rfc9421" not in registered["schemes"]:
        raise CliError(f"{invitation.site} takes signatures of the older scheme only, which this program does not make")
    return pairing


def _with_given_key(invitation: Invitation) -> Pairing:
    seed = invitation.private_key or ""
    public = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)).public_key().public_bytes_raw()
    pairing = Pairing(invitation.api, invitation.site, public.hex(), seed)
    PairedClient(pairing, system_clock).get(route("sites", pairing.site, "stats", "summary"), [("period", "day")])
    return pairing
