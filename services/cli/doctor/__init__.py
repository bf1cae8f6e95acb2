"""Checks of a whole install, each with a result and advice."""
