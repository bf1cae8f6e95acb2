"""Passwords that somebody types, or a script hands over. Never an argument: those are for all processes to see."""

import sys

import click

from services.cli.errors import CliError

password_option = click.option(
    "--password-stdin", is_flag=True, help="Read the password from the first line of standard input."
)


def read_password(prompt: str, from_stdin: bool, confirm: bool = False) -> str:
    """Raises ``CliError`` when it is to come from standard input, and nothing is there."""
    if not from_stdin:
        return str(click.prompt(prompt, hide_input=True, confirmation_prompt=confirm, err=True))
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise CliError("standard input holds no password")
    return password
