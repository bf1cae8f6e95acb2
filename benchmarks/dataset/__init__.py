"""A made-up site of any size, straight into the store: for measurements and for looking at a full dashboard.

The same arguments always make the same rows. Everything about a visitor follows from the visitor's number, so nothing
but two moments a visitor is kept in memory, and a day is made at a time.
"""
