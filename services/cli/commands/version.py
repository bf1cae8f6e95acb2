"""`pyuniqvisit version`."""

from importlib.metadata import version

import click


@click.command("version")
def version_command() -> None:
    """Print the version."""
    click.echo(f"pyuniqvisit {version('pyuniqvisit')}")
