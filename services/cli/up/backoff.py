"""How long to wait before a program that ended is started again."""

FIRST_SECONDS = 0.5
LONGEST_SECONDS = 30.0
WELL_AFTER_SECONDS = 60.0
"""A program that ran this long was well: its next end is a first one."""


def next_delay(previous: float, uptime: float) -> float:
    """Seconds to wait; ``previous`` is 0 for a first end, and ``uptime`` is how long the program ran, in seconds."""
    if previous == 0 or uptime >= WELL_AFTER_SECONDS:
        return FIRST_SECONDS
    return min(previous * 2, LONGEST_SECONDS)
