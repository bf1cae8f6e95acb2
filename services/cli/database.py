"""Which database a command works on."""

from common.config import Settings, database_url
from services.cli.errors import CliError
from services.cli.up.data_dir import DataDir
from services.cli.up.secrets import read_secrets
from services.cli.up.servers import postgres_of


def find_database(settings: Settings) -> str:
    """The URL of the configured server, else of the one that `pyuniqvisit up` runs here. Raises ``CliError``."""
    if settings.database.url is not None:
        return database_url(settings.database)
    data = DataDir(settings.data_dir.absolute())
    if not data.secrets.exists():
        raise CliError(
            f"no database: neither is database.url set, nor does {data.path} hold an install; "
            "name its directory with --data-dir"
        )
    postgres = postgres_of(data, read_secrets(data.secrets))
    if postgres.is_starting():
        raise CliError(f"the database of {data.path} is still starting; ask again when it is done")
    if not postgres.is_ready():
        raise CliError(
            f"the database of {data.path} is not running; start it with `pyuniqvisit up` first, "
            f"or see {data.logs / 'postgres.log'} where that runs already"
        )
    return postgres.database_url()
