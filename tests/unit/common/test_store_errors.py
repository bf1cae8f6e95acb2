"""What a process says last before it gives up is one line with the reason in it."""

import asyncpg
from sqlalchemy.exc import OperationalError

from common.store.errors import one_line


def test_lines_of_a_server_become_one():
    error = asyncpg.ConnectionFailureError("connection to db1:5432 failed\n\tIs the server running on that host?\n")
    assert one_line(error) == "connection to db1:5432 failed; Is the server running on that host?"


def test_an_error_of_the_migrations_says_what_the_server_said():
    error = OperationalError("select 1", {}, Exception("canceling statement due to lock timeout"))
    assert "Background on this error" in str(error)
    assert one_line(error) == "canceling statement due to lock timeout"


def test_an_error_without_words_is_named():
    assert one_line(TimeoutError()) == "TimeoutError"
