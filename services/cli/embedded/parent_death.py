"""Child processes that end with their parent, even when it is killed and cannot stop them."""

import shutil
import signal
import sys


def find_setpriv() -> str | None:
    """Return the path of util-linux's `setpriv`; None on other systems."""
    return shutil.which("setpriv") if sys.platform == "linux" else None


def ending_with_parent(number: signal.Signals) -> list[str]:
    """Return the command prefix that makes the system signal the child when the thread that started it ends.

    Empty where the system cannot do this; the next start of `up` stops the processes that are left there.
    """
    setpriv = find_setpriv()
    return [setpriv, parent_death_option(number), "--"] if setpriv else []


def parent_death_option(number: signal.Signals) -> str:
    """Return the option of `setpriv` that selects the signal."""
    return f"--pdeathsig={number.name.removeprefix('SIG')}"
