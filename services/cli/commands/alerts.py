"""`pyuniqvisit alerts …`."""

import click

from services.cli.client import ApiClient, api_path
from services.cli.client.options import with_client
from services.cli.output.formats import TableColumn, output_option, show_rows
from services.cli.output.values import cell

_ALERT_COLUMNS = (
    TableColumn("id", "ID"),
    TableColumn("kind", "Kind"),
    TableColumn("channel", "Channel"),
    TableColumn("target", "Target"),
    TableColumn("enabled", "Enabled"),
)
_DELIVERY_COLUMNS = (
    TableColumn("created_at", "Created"),
    TableColumn("incident", "Incident"),
    TableColumn("attempts", "Attempts", is_number=True),
    TableColumn("sent_at", "Delivered"),
    TableColumn("error", "Error"),
)


@click.group("alerts")
def alerts_command() -> None:
    """Manage alerts and periodic summaries of a site.

    \b
    Example:
      pyuniqvisit alerts create shop silence owner@shop.example --minutes 30
      pyuniqvisit alerts create shop spike https://hooks.example/uv
    """


@alerts_command.command("list")
@click.argument("site")
@output_option
@with_client
def list_alerts(client: ApiClient, site: str, output: str) -> None:
    """List the alerts of SITE."""
    response = client.get(api_path("sites", site, "alerts"))
    show_rows(output, response, _ALERT_COLUMNS, response["alerts"], f"No alerts for {site} yet")


@alerts_command.command("create")
@click.argument("site")
@click.argument("kind", type=click.Choice(["spike", "dip", "silence", "weekly", "monthly"]))
@click.argument("target")
@click.option(
    "--minutes",
    type=click.IntRange(5, 1440),
    default=60,
    show_default=True,
    help="Minutes without beacons before a silence alert.",
)
@with_client
def create_alert(client: ApiClient, site: str, kind: str, target: str, minutes: int) -> None:
    """Create an alert for SITE.

    Notifies TARGET, a webhook URL or an email address, of spikes, dips or silence, or sends it a weekly or monthly
    summary.
    """
    channel = "webhook" if "://" in target else "email"
    settings = {"kind": kind, "channel": channel, "target": target, "silence_minutes": minutes}
    created = client.call("POST", api_path("sites", site, "alerts"), settings)
    click.echo(f"Created {kind} alert {created['id']} for {cell(created['target'])}")
    if channel == "webhook":
        click.echo(f"Webhook signing secret, shown only this once: {created['secret']}")


@alerts_command.command("delete")
@click.argument("site")
@click.argument("alert")
@with_client
def delete_alert(client: ApiClient, site: str, alert: str) -> None:
    """Delete the alert with ID ALERT of SITE."""
    client.call("DELETE", api_path("sites", site, "alerts", alert))
    click.echo(f"Deleted alert {cell(alert)}")


@alerts_command.command("test")
@click.argument("site")
@click.argument("alert")
@with_client
def test_alert(client: ApiClient, site: str, alert: str) -> None:
    """Send a test message for the alert with ID ALERT of SITE."""
    client.call("POST", api_path("sites", site, "alerts", alert, "test"))
    click.echo(f"Test message queued; check it with `pyuniqvisit alerts deliveries {site} {alert}`")


@alerts_command.command("deliveries")
@click.argument("site")
@click.argument("alert")
@output_option
@with_client
def list_deliveries(client: ApiClient, site: str, alert: str, output: str) -> None:
    """List the messages of an alert and their delivery.

    ALERT is the ID from `alerts list`.
    """
    response = client.get(api_path("sites", site, "alerts", alert, "deliveries"))
    show_rows(output, response, _DELIVERY_COLUMNS, response["deliveries"], "No deliveries yet")
