"""A database as the program left it when 0001 was its newest revision, and what its API reported.

``rows.sql`` was dumped from that program, ``reported.json`` holds its answers, ``queries.sql`` the statements of its
worker. They stay as they are, however the program changes.
"""
