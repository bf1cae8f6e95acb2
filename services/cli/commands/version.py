"""`pyuniqvisit version`."""

import click

from common.version import VERSION


@click.command("version")
def version_command() -> None:
    """Print the version."""
    click.echo(f"pyuniqvisit {VERSION}")
