"""The door for events of the past, e.g. from a web server's log."""
