"""What an import shows: how far it is, and what became of every line."""

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from services.cli.import_log.events import Tally


def progress_bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def outcome(tally: Tally) -> Table:
    table = Table("What became of them", "Lines")
    table.columns[1].justify = "right"
    table.add_row("sent as page views", f"{tally.accepted:,}")
    for reason, count in tally.skipped.most_common():
        table.add_row(f"skipped: {reason}", f"{count:,}")
    for text, count in tally.refused.most_common():
        table.add_row(f"refused by the API: {text}", f"{count:,}")
    table.add_section()
    table.add_row("lines read", f"{tally.lines:,}")
    return table
