"""Talking to the operator."""

import contextlib

import click


def say(line: str) -> None:
    """Prints a line. A terminal that is gone is no reason to stop working, or to stop halfway."""
    with contextlib.suppress(OSError):
        click.echo(line)
