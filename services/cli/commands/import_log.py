"""`pyuniqvisit import-log`."""

import asyncio
from pathlib import Path

import aiohttp
import click
from rich.console import Console

from common.config import admin_password
from services.cli.client.client import Client
from services.cli.client.options import client_of
from services.cli.import_log.api import Api, LogIn, Password
from services.cli.import_log.events import Tally
from services.cli.import_log.files import total_bytes
from services.cli.import_log.report import outcome, progress_bar
from services.cli.import_log.run import import_logs
from services.cli.options import config_option, data_dir_option, settings_with

_ADMIN = "admin"


@click.command("import-log")
@click.argument("site")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option(
    "--url", metavar="URL", help="Where the logged site is, as https://example.com.  [default: the site's own]"
)
@click.option("--api", "api_url", metavar="URL", help="The API.  [default: the one that `up` runs here]")
@click.option("--username", help="Who imports: an administrator.  [default: who is logged in here, else admin]")
@data_dir_option
@config_option
def import_log_command(
    site: str,
    files: tuple[str, ...],
    url: str | None,
    api_url: str | None,
    username: str | None,
    data_dir: Path | None,
    config_file: Path | None,
) -> None:
    """Bring access logs of Apache or nginx into SITE.

    FILE is in the common or the combined format, plain or gzip; `-` is standard input. Several files are read oldest
    first, in whatever order they are given.

    Page views only: GET, answered with 2xx or 304, and no asset, feed or download. The rest is skipped and counted.
    Page views keep the time they were logged with.

    Safe to repeat: a line that was imported before, from the same file or from a rotated copy, is not counted again.

    It imports in the name of whoever is logged in (`pyuniqvisit login`), or of an API key. Otherwise a password is
    asked for, or taken from PYUNIQVISIT_ADMIN_PASSWORD.

    \b
    Examples:
      pyuniqvisit import-log shop /var/log/nginx/access.log*
      zcat old/*.gz | pyuniqvisit import-log shop - --api https://stats.example.com --username alice
    """
    settings = settings_with(config_file, data_dir)
    password = admin_password()
    # A login of its own has nothing to do with the kept one, nor with where that is.
    client = client_of(settings, api_url, new_login=bool(username or password))
    console = Console()
    tally = Tally()
    asyncio.run(_import(client.url, _log_in(client, username, password), site, files, url, console, tally))
    console.print(outcome(tally))


def _log_in(client: Client, username: str | None, password: str | None) -> LogIn:
    if not username and not password and client.may_ask:
        return client.token
    username = username or _ADMIN
    return Password(username, password or click.prompt(f"Password of {username}", hide_input=True, err=True))


async def _import(
    address: str,
    log_in: LogIn,
    site: str,
    files: tuple[str, ...],
    url: str | None,
    console: Console,
    tally: Tally,
) -> None:
    with progress_bar(console) as bar:
        task = bar.add_task("importing", total=total_bytes(files))
        async with aiohttp.ClientSession() as session:
            api = Api(session, address, log_in, console.print)
            await import_logs(api, site, files, url, lambda count: bar.advance(task, count), tally)
