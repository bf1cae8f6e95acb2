"""What the command line says when something foreseeable is in the way."""


class CliError(Exception):
    """One line for whoever typed the command: what is wrong and, where we know, what helps."""
