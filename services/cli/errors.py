"""Errors that the command line prints as one line, each with its exit code."""


class CliError(Exception):
    """An error for the user, in one line: what is wrong and, where possible, what to do."""

    exit_code = 1


class NotAllowedError(CliError):
    """No user is logged in, the login has expired, or the user has no permission."""

    exit_code = 3


class UnreachableError(CliError):
    """The server does not respond, or responds that it is unavailable."""

    exit_code = 4


class NotFoundError(CliError):
    """The object does not exist, or the user may not see it."""

    exit_code = 5
