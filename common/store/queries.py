"""SQL lives in ``.sql`` files beside the code that runs it; one query a file, named after what it answers."""

from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType


def load_sql(package: str) -> Mapping[str, str]:
    """The queries of ``package``'s ``sql`` folder: file name without ``.sql`` -> text."""
    folder = files(package) / "sql"
    return MappingProxyType(
        {
            entry.name.removesuffix(".sql"): entry.read_text(encoding="utf-8")
            for entry in folder.iterdir()
            if entry.name.endswith(".sql")
        }
    )
