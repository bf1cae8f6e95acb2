"""The command `pyuniqvisit`: its sub-commands, and how what goes wrong is said."""

import sys
from collections.abc import Callable, Sequence

import asyncpg
import click

from common.config import ConfigError
from common.store.errors import one_line
from services.cli.commands.account import account_command
from services.cli.commands.alerts import alerts_command
from services.cli.commands.audit import audit_command
from services.cli.commands.backup import backup_command, restore_command
from services.cli.commands.bots import bots_command
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
from services.cli.commands.retention import retention_command
from services.cli.commands.shares import shares_command
from services.cli.commands.sites import sites_command
from services.cli.commands.stats import stats_command
from services.cli.commands.up import up_command
from services.cli.commands.users import users_command
from services.cli.commands.version import version_command
from services.cli.commands.visitors import visitors_command
from services.cli.embedded import EmbeddedError
from services.cli.errors import CliError

FORESEEABLE = (ConfigError, EmbeddedError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def cli() -> None:
    """Privacy-first web analytics that runs on your own machines.

    \b
    To begin:
      pyuniqvisit up                     run everything here, and print what to open
    \b
    Then, while it runs:
      pyuniqvisit import-log demo /var/log/nginx/access.log
                                         bring in what your web server has logged
      pyuniqvisit create-admin alice     let somebody else in as administrator
    \b
    From here or from any other machine:
      pyuniqvisit login alice --api https://stats.example.com
      pyuniqvisit sites create shop https://shop.example
      pyuniqvisit sites snippet shop     the line to put into its pages
      pyuniqvisit stats shop --by source
    \b
    Exit codes:
      0  done                            3  not logged in, or refused
      1  failed                          4  the API cannot be reached
      2  typed wrongly                   5  there is no such thing

    Settings come from --config FILE and from the environment, where `api.port` is PYUNIQVISIT_API__PORT.
    Each command explains itself: pyuniqvisit COMMAND --help
    """


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
    retention_command,
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
    version_command,
):
    cli.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; gives the exit code: those of the help above, and 130 after Ctrl-C."""
    return _explained(lambda: cli.main(arguments, prog_name="pyuniqvisit", standalone_mode=False))


def _explained(run: Callable[[], object]) -> int:
    try:
        result = run()
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.Abort:
        return _fail("stopped", 130)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        return 1
    except CliError as error:
        return _fail(_one_line(error), error.exit_code)
    except FORESEEABLE as error:
        return _fail(_one_line(error), 1)
    return result if isinstance(result, int) else 0


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename and error.strerror:
        return f"{error.filename}: {error.strerror}"
    return one_line(error)


def _fail(line: str, code: int) -> int:
    click.echo(f"pyuniqvisit: {line}", err=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
