from services.cli.errors import CliError


class BackupError(CliError):
    """The file is no backup, is damaged, or does not fit where it shall go."""
