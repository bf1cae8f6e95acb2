"""The doors for events that servers tell of: of the past, e.g. from a log, and as they happen."""
