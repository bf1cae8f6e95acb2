"""Reading passwords from the terminal or a script, and printing lines."""

import contextlib
import sys

import click

from services.cli.errors import CliError

password_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of standard input."
)


def read_password(prompt: str, from_stdin: bool, confirm: bool = False) -> str:
    """Prompt for a password, or read the next line of standard input.

    A password is never an argument, because every process of the machine can read those. Raises ``CliError`` when
    standard input is empty.
    """
    if not from_stdin:
        return str(click.prompt(prompt, hide_input=True, confirmation_prompt=confirm, err=True))
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise CliError("no password on standard input; write it to the first line")
    return password


def print_line(line: str) -> None:
    """Print a line. A closed terminal is ignored, so that the work goes on."""
    with contextlib.suppress(OSError):
        click.echo(line)
