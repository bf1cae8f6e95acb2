"""A database as the program left it when 0003 was its newest revision, and what its API told of it then.

``rows.sql`` was dumped, and ``told.json`` asked for, from that very program; nobody writes them anew.
"""
