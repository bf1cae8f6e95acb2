"""The subcommands of `pyuniqvisit`: one module for each command or group of commands."""
