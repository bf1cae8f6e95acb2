"""The command `pyuniqvisit`: its subcommands, error messages and exit codes."""

import sys
from collections.abc import Callable, Sequence

import asyncpg
import click

from common.config import ConfigError
from common.store.errors import one_line
from common.version import VERSION
from services.cli.commands.account import account_command
from services.cli.commands.alerts import alerts_command
from services.cli.commands.audit import audit_command
from services.cli.commands.backup import backup_command, restore_command
from services.cli.commands.bots import bots_command
from services.cli.commands.cohort_retention import cohort_retention_command
from services.cli.commands.completion import completion_command
from services.cli.commands.create_admin import create_admin_command
from services.cli.commands.data_retention import data_retention_command
from services.cli.commands.demo_data import demo_data_command
from services.cli.commands.devices import devices_command
from services.cli.commands.distribute import distribute_command
from services.cli.commands.doctor import doctor_command
from services.cli.commands.events import events_command
from services.cli.commands.export import export_command
from services.cli.commands.funnels import funnels_command
from services.cli.commands.goals import goals_command
from services.cli.commands.import_file import import_command
from services.cli.commands.import_log import import_log_command
from services.cli.commands.insights import insights_command
from services.cli.commands.keys import keys_command
from services.cli.commands.login import login_command, logout_command, whoami_command
from services.cli.commands.migrate import migrate_command
from services.cli.commands.move_streams import move_streams_command
from services.cli.commands.pair import pair_command, unpair_command
from services.cli.commands.paths import paths_command
from services.cli.commands.rebuild_rollups import rebuild_rollups_command
from services.cli.commands.shares import shares_command
from services.cli.commands.sites import sites_command
from services.cli.commands.stats import stats_command
from services.cli.commands.up import up_command
from services.cli.commands.users import users_command
from services.cli.commands.visitors import visitors_command
from services.cli.embedded import EmbeddedError
from services.cli.errors import CliError

EXPECTED_ERRORS = (ConfigError, EmbeddedError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli() -> None:
    """Privacy-first web analytics that runs on your own machines.

    \b
    Run an install on this machine:
      pyuniqvisit up                     start everything and print the URLs
    \b
    While it is running:
      pyuniqvisit import-log demo /var/log/nginx/access.log
                                         import the access log of a web server
      pyuniqvisit create-admin alice     create another administrator
    \b
    Use an install, from this or any other machine:
      pyuniqvisit login alice --api https://stats.example.com
      pyuniqvisit sites create shop https://shop.example
      pyuniqvisit sites snippet shop     print the HTML for the site's pages
      pyuniqvisit stats shop --by source
    \b
    Exit codes:
      0  success                         3  not logged in, or not permitted
      1  failure                         4  the API is unreachable or unavailable
      2  invalid arguments               5  not found

    Settings come from environment variables, like PYUNIQVISIT_API__PORT for `api.port`, and from the file of the option
    --config. For help on a command: pyuniqvisit COMMAND --help
    """


@cli.command("version")
def version_command() -> None:
    """Print the version."""
    click.echo(f"pyuniqvisit {VERSION}")


for _command in (
    up_command,
    migrate_command,
    create_admin_command,
    import_log_command,
    export_command,
    import_command,
    login_command,
    logout_command,
    whoami_command,
    account_command,
    users_command,
    sites_command,
    shares_command,
    devices_command,
    pair_command,
    unpair_command,
    stats_command,
    goals_command,
    funnels_command,
    cohort_retention_command,
    paths_command,
    insights_command,
    alerts_command,
    visitors_command,
    bots_command,
    events_command,
    demo_data_command,
    keys_command,
    audit_command,
    data_retention_command,
    rebuild_rollups_command,
    distribute_command,
    move_streams_command,
    doctor_command,
    backup_command,
    restore_command,
    completion_command,
):
    cli.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code, one of those in the help above, or 130 after Ctrl-C."""
    return exit_code_of(lambda: cli.main(arguments, prog_name="pyuniqvisit", standalone_mode=False))


def exit_code_of(run: Callable[[], object]) -> int:
    """Call ``run``, print an expected error in one line, and return the exit code."""
    try:
        result = run()
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.Abort:
        return _fail("canceled", 130)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        return 1
    except CliError as error:
        return _fail(_one_line(error), error.exit_code)
    except EXPECTED_ERRORS as error:
        return _fail(_one_line(error), 1)
    return result if isinstance(result, int) else 0


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return one_line(error)


def _fail(message: str, code: int) -> int:
    click.echo(f"pyuniqvisit: {message}", err=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
