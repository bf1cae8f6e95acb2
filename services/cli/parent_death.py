"""Children that do not outlive us, also when we are killed and have no time to stop them."""

import shutil
import signal
import sys


def find_setpriv() -> str | None:
    """util-linux's `setpriv`; None on other systems."""
    return shutil.which("setpriv") if sys.platform == "linux" else None


def ending_with_parent(number: signal.Signals) -> list[str]:
    """The command prefix that has the system send ``number`` to the child when the thread that started it ends.

    Empty where the system cannot; what is left over there is stopped by the next start.
    """
    setpriv = find_setpriv()
    return [setpriv, pdeathsig(number), "--"] if setpriv else []


def pdeathsig(number: signal.Signals) -> str:
    """`setpriv`'s option for it."""
    return f"--pdeathsig={number.name.removeprefix('SIG')}"
