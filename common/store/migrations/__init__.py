"""Alembic revisions, written in SQL. Run by a process of their own, never by a serving one."""
