"""A generated site of any size, written directly to the database, for measurements and for a full dashboard.

The same arguments always generate the same rows. Everything about a visitor follows from the visitor's number, so only
two times per visitor are kept in memory, and one day is generated at a time.
"""
