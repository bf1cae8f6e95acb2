"""What a site wants done with visits that a program made."""

from enum import StrEnum


class BotPolicy(StrEnum):
    SEPARATE = "separate"
    """Stored apart, and in no number about visitors."""
    COUNT = "count"
    """Counted like everybody: for sites that are visited by programs on purpose, as the demo site is."""
