"""`pyuniqvisit alerts …`."""

import click

from services.cli.client import Client, route
from services.cli.client.options import with_client
from services.cli.show.output import Column, output_option, show_rows
from services.cli.show.text import cell

_COLUMNS = (
    Column("id", "Id"),
    Column("kind", "Kind"),
    Column("channel", "Channel"),
    Column("target", "Target"),
    Column("enabled", "Enabled"),
)
_DELIVERIES = (
    Column("created_at", "When"),
    Column("incident", "Incident"),
    Column("attempts", "Attempts", is_number=True),
    Column("sent_at", "Arrived"),
    Column("error", "Error"),
)


@click.group("alerts")
def alerts_command() -> None:
    """Tell somebody of spikes, dips and silence, or send a summary each week or month.

    \b
    Example:
      pyuniqvisit alerts create shop silence owner@shop.example --minutes 30
      pyuniqvisit alerts create shop spike https://hooks.example/uv
    """


@alerts_command.command("list")
@click.argument("site")
@output_option
@with_client
def list_alerts(client: Client, site: str, output: str) -> None:
    """List the alerts of SITE."""
    answer = client.get(route("sites", site, "alerts"))
    show_rows(output, answer, _COLUMNS, answer["alerts"], f"{site} has no alerts yet")


@alerts_command.command("create")
@click.argument("site")
@click.argument("kind", type=click.Choice(["spike", "dip", "silence", "weekly", "monthly"]))
@click.argument("target")
@click.option("--minutes", type=click.IntRange(5, 1440), default=60, show_default=True, help="Of silence.")
@with_client
def create_alert(client: Client, site: str, kind: str, target: str, minutes: int) -> None:
    """Tell TARGET, a webhook's address or an e-mail address, of what KIND says."""
    channel = "webhook" if "://" in target else "email"
    wanted = {"kind": kind, "channel": channel, "target": target, "silence_minutes": minutes}
    made = client.call("POST", route("sites", site, "alerts"), wanted)
    click.echo(f"{made['id']}: {kind}, to {cell(made['target'])}")
    if channel == "webhook":
        click.echo(f"Signed with this secret, which is shown only now: {made['secret']}")


@alerts_command.command("delete")
@click.argument("site")
@click.argument("alert")
@with_client
def delete_alert(client: Client, site: str, alert: str) -> None:
    """Delete the alert with the id ALERT of SITE."""
    client.call("DELETE", route("sites", site, "alerts", alert))
    click.echo(f"{cell(alert)} is no alert any more")


@alerts_command.command("test")
@click.argument("site")
@click.argument("alert")
@with_client
def test_alert(client: Client, site: str, alert: str) -> None:
    """Send a test message, to see whether it arrives."""
    client.call("POST", route("sites", site, "alerts", alert, "test"))
    click.echo(f"on its way; `pyuniqvisit alerts deliveries {site} {alert}` tells whether it arrived")


@alerts_command.command("deliveries")
@click.argument("site")
@click.argument("alert")
@output_option
@with_client
def list_deliveries(client: Client, site: str, alert: str, output: str) -> None:
    """List what the alert with the id ALERT told, and whether it arrived."""
    answer = client.get(route("sites", site, "alerts", alert, "deliveries"))
    show_rows(output, answer, _DELIVERIES, answer["deliveries"], "it has told nothing yet")
