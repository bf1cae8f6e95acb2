"""What can keep an embedded server from starting."""


class EmbeddedError(Exception):
    """One line that says what is in the way, and where to look."""
