"""Visitors and their visits, for administrators: to list, to annotate and to erase."""
