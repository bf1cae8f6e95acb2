"""Visitors and their visits, for administrators: to look at, to write a note about, and to erase."""
