"""Node.js for tests that need it: that of the system, or the one of the web build."""

import shutil
import subprocess
from pathlib import Path

_SHIM = Path(__file__).parents[2] / ".venv" / "node" / "node"


def find_node(at_least: int = 20) -> str | None:
    for found in (shutil.which("node"), str(_SHIM) if _SHIM.exists() else None):
        if found and _major(found) >= at_least:
            return found
    return None


def _major(node: str) -> int:
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return int(version.lstrip("v").partition(".")[0] or 0)
