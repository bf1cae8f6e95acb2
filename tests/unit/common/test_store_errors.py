"""The last message of a process before it exits is one line with the reason."""

import asyncpg
from sqlalchemy.exc import OperationalError

from common.store.errors import one_line


def test_multiline_server_error_becomes_one_line():
    error = asyncpg.ConnectionFailureError("connection to db1:5432 failed\n\tIs the server running on that host?\n")
    assert one_line(error) == "connection to db1:5432 failed; Is the server running on that host?"


def test_migration_error_is_reduced_to_server_message():
    error = OperationalError("select 1", {}, Exception("canceling statement due to lock timeout"))
    assert "Background on this error" in str(error)
    assert one_line(error) == "canceling statement due to lock timeout"


def test_error_without_message_is_named_by_class():
    assert one_line(TimeoutError()) == "TimeoutError"
