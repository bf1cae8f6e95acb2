"""A database of the release whose newest revision was 0001, and the responses of its API.

``rows.sql`` is a dump of its database, ``reported.json`` holds its responses, ``queries.sql`` the statements of its
worker. These files are frozen and do not follow later changes.
"""
