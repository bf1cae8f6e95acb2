"""`pyuniqvisit import-log`."""

import asyncio
from pathlib import Path

import aiohttp
import click
from rich.console import Console
from rich.table import Table

from common.config import admin_password
from services.cli.client import ApiClient
from services.cli.client.options import create_client
from services.cli.import_log.api_client import ImportApi, Login, PasswordLogin
from services.cli.import_log.events import LineCounts
from services.cli.import_log.log_files import total_bytes
from services.cli.import_log.run import import_logs
from services.cli.output.progress import transfer_bar
from services.cli.settings import config_option, data_dir_option, settings_with

_ADMIN = "admin"


@click.command("import-log")
@click.argument("site")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option(
    "--url", metavar="URL", help="URL of the logged site, like https://example.com.  [default: the URL of SITE]"
)
@click.option(
    "--api",
    "api_url",
    metavar="URL",
    help="URL of the API.  [default: the API you logged in to, or the one `up` runs here]",
)
@click.option("--username", help="Log in as this administrator.  [default: the current login, else admin]")
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
    """Import access logs of Apache or nginx into SITE.

    FILE has the common or combined format, plain or gzip; `-` is standard input. Several files are sorted and read
    oldest first.

    Only page views are imported, with their logged times: GET requests with status 2xx or 304, except assets, feeds and
    downloads. Other lines are skipped and counted.

    It is safe to repeat: a line from the same file or from a rotated copy of it is not counted twice.

    Uses the current login (`pyuniqvisit login`) or an API key. Otherwise it prompts for a password, unless
    PYUNIQVISIT_ADMIN_PASSWORD is set.

    \b
    Examples:
      pyuniqvisit import-log shop /var/log/nginx/access.log*
      zcat old/*.gz | pyuniqvisit import-log shop - --api https://stats.example.com --username alice
    """
    settings = settings_with(config_file, data_dir)
    password = admin_password()
    # With its own username or password, the import ignores the stored login and the API of that login.
    client = create_client(settings, api_url, new_login=bool(username or password))
    console = Console()
    counts = LineCounts()
    asyncio.run(_import(client.url, _choose_login(client, username, password), site, files, url, console, counts))
    console.print(_outcome_table(counts))


def _choose_login(client: ApiClient, username: str | None, password: str | None) -> Login:
    if not username and not password and client.has_credentials:
        return client.token
    username = username or _ADMIN
    return PasswordLogin(username, password or click.prompt(f"Password for {username}", hide_input=True, err=True))


async def _import(
    api_url: str,
    login: Login,
    site: str,
    files: tuple[str, ...],
    url: str | None,
    console: Console,
    counts: LineCounts,
) -> None:
    with transfer_bar(console) as bar:
        task = bar.add_task("importing", total=total_bytes(files))
        async with aiohttp.ClientSession() as session:
            api = ImportApi(session, api_url, login, console.print)
            await import_logs(api, site, files, url, lambda count: bar.advance(task, count), counts)


def _outcome_table(counts: LineCounts) -> Table:
    table = Table("Outcome", "Lines")
    table.columns[1].justify = "right"
    table.add_row("imported as page views", f"{counts.accepted:,}")
    for reason, count in counts.skipped.most_common():
        table.add_row(f"skipped: {reason}", f"{count:,}")
    for text, count in counts.rejected.most_common():
        table.add_row(f"rejected by the API: {text}", f"{count:,}")
    table.add_section()
    table.add_row("lines read", f"{counts.lines:,}")
    return table
