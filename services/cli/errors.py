"""What the command line says when something foreseeable is in the way, and which exit code goes with it."""


class CliError(Exception):
    """One line for whoever typed the command: what is wrong and, where we know, what helps."""

    exit_code = 1


class NotAllowedError(CliError):
    """Nobody is logged in, the login has ended, or who is logged in may not."""

    exit_code = 3


class UnreachableError(CliError):
    """No answer, or one that says that the server is not available now."""

    exit_code = 4


class NotFoundError(CliError):
    """What the command is about does not exist, or not for whoever is logged in."""

    exit_code = 5
